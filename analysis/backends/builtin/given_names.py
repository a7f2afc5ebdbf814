"""Given names that people often have, to tell "it's maria" from "it's fine" where nothing else does.

Names that are everyday words too (Will, Mark, May, Hope, Rich) are left out on purpose.
"""

_ENGLISH = """
aaron abby abigail adam adrian agnes aidan aisha alan albert alex alexa alexander alexandra alexis alfie alfred alice
alicia alison allison alyssa amanda amber amelia amy ana andre andrea andrew angela angie anita ann anna anne annette
annie anthony antonio archie ariana arthur ashley audrey austin ava barbara beatrice becky ben benjamin bernard beth
betty beverly bianca blake bobby bonnie brad bradley brandon brenda brendan brett brian bridget brittany bruce bryan
caitlin caleb callum calvin cameron camille carl carla carlos carmen carol caroline carolyn catherine cathy cecilia
chad charlene charles charlie charlotte chelsea cheryl chloe chris christian christina christine christopher cindy
claire clara clark claudia clayton clifford colin connor corey courtney craig cristina crystal curtis cynthia daisy
dale damian dan dana daniel daniela danielle danny darren dave david dean deborah debbie deborah declan dennis derek
diana diane diego dominic donald donna dorothy doug douglas duncan dustin dwayne dylan edith edward eileen elaine
eleanor elena eli elijah elizabeth ella ellen ellie emily emma eric erica erik erin ernest esther ethan eugene eva
evan eve evelyn felicia felix fernando fiona florence frances francesca francis francisco frank fred freddie gabriel
gabriela gareth gary gavin gemma geoffrey george georgia gerald gina gloria gordon graham greg gregory gus gwen hannah
harold harriet harriet harry hazel heather hector heidi helen henry holly howard hugh ian imogen irene isaac isabel
isabella isla ivan jackson jacob jacqueline jake james jamie jane janet janice jared jason jasmine javier jay jeff
jeffrey jenna jennifer jenny jeremy jerome jerry jesse jessica jill jim jimmy joan joanna joe joel john johnny jon
jonathan jordan jorge jose joseph josh joshua joyce juan juanita judith julia julian julie justin karen karl kate
katherine kathleen kathryn kathy katie kayla keith kelly kelsey ken kenneth kevin kim kimberly kirsty kristen kyle
lance larry laura lauren lawrence leah leo leon leonard leslie lewis liam lillian lily linda lindsay lisa logan lois
lorenzo loretta lori lorraine louis louise lucas lucia lucy luis luke lydia lynn mabel madeleine madison malcolm
marcus margaret maria marie marilyn mario marion marjorie marlon marsha marshall martha martin marvin mary mason
mateo matt matthew maureen max megan melanie melissa mia michael michelle miguel mike milan mildred miriam mitchell
molly monica nancy naomi natalie nathan nathaniel neil nicholas nicola nicole nigel nina noah nora norman olivia oliver
omar oscar otis owen pablo pamela patricia patrick paul paula pauline pedro peggy penny peter petra philip phillip
phoebe phyllis priscilla rachel ralph ramona randy raymond rebecca regina renee rhys ricardo richard rick ricky rita
robert roberta roberto robin rodney roger roland ron ronald rosalind rosemary ross roxanne russell ruth ryan sally sam
samantha samuel sandra sara sarah sean sebastian sergio shane shannon sharon shaun sheila shelly sheryl shirley sidney
simon sofia sonia sophia sophie spencer stacey stan stanley stella stephanie stephen steve steven stuart susan suzanne
sylvia tamara tanya tara teresa terrence terry thelma theo theodore theresa thomas tiffany tim timothy tina toby todd
tom tommy tony tracy travis trevor tristan tyler valentino valerie vanessa vera vernon veronica victor victoria vincent
violet virginia vivian walter wanda warren wayne wendy wesley whitney wilfred william willie wilma winston yolanda
yvonne zach zachary zoe
"""
_INDIAN = """
aarav aarti abdul abhay abhijit abhinav abhishek aditi aditya ahmed ajay ajit akash akshay alka alok aman amar amit
amol amrita anand anant ananya aniket anil anirudh anish anjali anju ankit ankita ankur anshul anuj anup anurag
anusha aparna archana arjun arnav arun aruna arvind asha ashish ashok ashwin asif atul avinash ayesha babu balaji
balwinder bhanu bharat bharati bhavna bhavesh bipin chandan chandra chetan chitra darshan deepa deepak deepika devendra
devika dev dharmesh dhruv dilip dinesh divya farah farhan farida farzana faisal gaurav gautam gayatri geeta girish gita
gopal govind gurpreet hardik hari harish harpreet harsh harsha hema hemant himanshu imran indira irfan ishaan ishita
jagdish jasmeet jaspreet jatin jaya jayant jayesh jignesh jitendra jyoti kabir kailash kajal kalpana kamal kamala
kapil karan karthik kartik kavita kavitha kavya keshav ketan kiran kirti komal krishna kriti kunal kusum lakshmi lalit
lata latha laxmi leela madan madhav madhavi madhu madhuri mahesh mala malini mamta manav mandeep maneesh manish manisha
manju manjunath manoj mansi maya meena meenakshi meera mehul milind minal mohammed mohan mohit mukesh mukul munish
murali nadeem naresh narendra natasha naveen navin neelam neeraj neeta neha nidhi nikhil nikita nilesh nirmala nisha
nishant nitin nitesh om padma pallavi pankaj parag parth parul pawan payal pooja prabha prabhu prachi pradeep prakash
pranav prasad prashant pratap pratik praveen prem preeti priti priya priyanka puja punit rachna radha radhika raghav
raghu rahul raj raja rajan rajat rajeev rajendra rajesh rajiv rajni raju rakesh ram rama ramesh rani ranjit rashmi
ravi ravindra reena rekha renu reshma riya rohan rohini rohit ruchi rupa sachin sai salim salman sameer samir sandeep
sandhya sangeeta sanjana sanjay sanjeev santosh sapna sarita sarojini satish saurabh savita seema shabnam shahid
shailesh shalini shankar sharad sharmila shashi sheetal shekhar shikha shilpa shiv shivani shobha shreya shruti shubham
shweta siddharth simran sita smita sneha sohail sonal soni sridhar srinivas subhash sudha sudhir sujata suman sumit
sunil sunita suraj surekha surendra suresh sushil sushma swapnil swati tanmay tanvi tanya tarun tejas tushar uday uma
umesh usha vaibhav vandana varsha varun vasudha veena venkat vidya vijay vikas vikram vikrant vimal vinay vineet vinod
vipin vipul virendra vishal vishnu vivek wasim yash yogesh yusuf zainab
zoya saroj sarla kamlesh omkar girija sudhakar bhaskar murthy ramana
venkata selvi murugan karthika
"""

GIVEN_NAMES = frozenset((_ENGLISH + _INDIAN).split())

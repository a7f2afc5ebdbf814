"""Names and words from which the demo's customers are made up. Nobody and no business here exists."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WOMEN = _words(
    "Aditi Ananya Anita Anjali Aparna Archana Bhavana Chitra Deepa Gauri Geeta Ila Indira Ishita Jaya Kavita "
    "Kirti Komal Lakshmi Lata Leena Madhuri Mala Malini Manisha Meera Megha Mridula Nalini Namita Nandita Neha Nisha "
    "Pallavi Parvati Pooja Prerna Priya Radha Radhika Rashmi Rekha Renu Ritu Rukmini Sandhya Sangeeta Sarita Seema "
    "Shalini Shobha Sneha Sudha Sujata Sunita Swati Tanvi Uma Usha Vandana Vasudha Veena Yamini Fatima Zainab "
    "Ayesha Nazia Mary Susan "
)
MEN = _words(
    "Abhishek Aditya Ajay Akash Alok Amit Anand Anil Arjun Arun Ashok Ashwin Balaji Bharat Chetan Deepak Dinesh "
    "Ganesh Gaurav Girish Gopal Harish Hemant Jatin Karan Karthik Kishore Kunal Mahesh Manish Manoj Mohan "
    "Mukesh Naveen Nikhil Nitin Pankaj Pradeep Prakash Pranav Rajesh Rakesh Ramesh Ravi Rohit Sameer Sandeep Sanjay "
    "Santosh Satish Shankar Shyam Siddharth Srinivas Subhash Sudhir Suresh Tarun Uday Vijay Vikram Vinay Vinod Vivek "
    "Yash Faisal Irfan Thomas"
)
SURNAMES = _words(
    "Acharya Adiga Bhandari Bhat Chaturvedi Chitnis Dalvi Deshmukh Dixit Doshi Fernandes Gaikwad Ghorpade Gokhale "
    "Goswami Goyal Gurumurthy Hegde Honnappa Iyengar Jadhav Jain Kamath Karnik Kelkar Kulkarni Kurian Lobo Mahajan "
    "Malhotra Marathe Mathur Menon Mishra Mukherjee Naidu Nair Nambiar Nayak Pandey Parekh Patil Pereira Pillai "
    "Purohit Ramaswamy Rao Rodrigues Sahni Salvi Saxena Shenoy Shukla Sinha Srivastava Subramanian Tandon Thakur "
    "Tiwari Trivedi Varghese Vasudevan Venkatesh Wadhwa Yadav Zachariah Qureshi Siddiqui"
)
AREAS = (
    "Whitefield",
    "Sarjapur Road",
    "Bellandur",
    "Hebbal",
    "Yelahanka",
    "Kanakapura Road",
    "Jayanagar",
    "Indiranagar",
    "Koramangala",
    "Electronic City",
    "Marathahalli",
    "Hennur",
    "Rajajinagar",
    "Banashankari",
)
CITIES = ("Bengaluru", "Mysuru", "Chennai", "Hyderabad", "Pune", "Mumbai", "Kochi")
FIRMS = _words(
    "Quillmoor Fennelbark Tarnhollow Larkmere Pebblewick Oakenshade Marrowstone Saffronleaf Drumlark Brambleford "
    "Ivorybrook Nettlecombe Hazelmarsh Copperfen Tamarindle Juniperstow Mistlethorn Cindermoss Willowquay Harrowlace"
)
FIRM_KINDS = ("Analytics", "Logistics", "Design", "Foods", "Textiles", "Robotics", "Consulting", "Studios", "Systems")
SOCIETY_KINDS = ("Residency", "Towers", "Gardens", "Enclave", "Heights", "Courts")
TOOLS = ("spreadsheets", "paper and a spreadsheet", "a notebook", "an old desktop program")
STREETS = ("Temple Street", "Lake Road", "Second Cross", "Park Lane", "Fourth Main", "Mill Road", "Church Road")
# What is broken, in English and in Hindi as people mix it.
PROBLEMS = (
    ("the washing machine leaks from below", "washing machine neeche se leak kar rahi hai"),
    ("the air conditioner doesn't cool any more", "AC thanda nahi kar raha"),
    ("the kitchen sink is blocked", "kitchen ka sink block ho gaya hai"),
    ("the geyser gives no hot water", "geyser se garam paani nahi aa raha"),
    ("the fuse blows every evening", "fuse har shaam ud jata hai"),
    ("the fridge makes a terrible noise", "fridge bahut awaaz kar raha hai"),
    ("the bathroom tap drips day and night", "bathroom ka nal tapakta rehta hai"),
    ("the ceiling fan in the bedroom is stuck", "bedroom ka pankha atak gaya hai"),
    ("there is a damp patch on the ceiling", "ceiling par seelan aa gayi hai"),
    ("the water purifier shows a red light", "water purifier mein laal light aa rahi hai"),
    ("the main door lock is jammed", "main door ka lock jam ho gaya hai"),
    ("the microwave doesn't heat", "microwave garam nahi kar raha"),
    ("the dishwasher stops in the middle", "dishwasher beech mein ruk jata hai"),
    ("the flush in the guest bathroom runs all the time", "guest bathroom ka flush chalta rehta hai"),
)

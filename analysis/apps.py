from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = "Analysis"

    def ready(self) -> None:
        from analysis import checks, receivers  # noqa: F401 - the checks register, the receiver is connected
        from analysis.models import AnalysisUsage, Reading, Rescoring
        from analysis.privacy import forget_readings, told_of_readings
        from analysis.reading import read
        from analysis.rescoring import rescore
        from analysis.tasks import read_calls, rescore_calls
        from crm import leases, privacy
        from telephony.merging import move_with_call

        leases.register(Rescoring, work=rescore, hint=lambda rows: rescore_calls.delay(rows=rows))
        leases.register(Reading, work=read, hint=lambda rows: read_calls.delay(rows=rows))
        # The journey of the joined call owes what is to be read of it.
        move_with_call(lambda kept, gone: Reading.objects.filter(call=gone).delete())
        move_with_call(lambda kept, gone: AnalysisUsage.objects.filter(call=gone).update(call=kept))
        privacy.register("analysis", models=(Reading,), export=told_of_readings, erase=forget_readings)

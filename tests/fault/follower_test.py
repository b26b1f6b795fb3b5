"""A follower killed between effect and cursor, between commit and its own memory of it, and in the middle of the pages of a large fact
(T06, T07): the cursor and what it stands for move together or not at all (I6)."""
from lib import path
from lib.fault import FaultCase

CRASHED = 137


class FollowerTest(FaultCase):
    workload_services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load = cls.workload()

    def unit(self):
        """A fact that payroll, workforce and gateway follow: (unit, its place in the journal)."""
        while not (operation := self.load.start("registry")).request["unit_id"].startswith(self.load.project):
            pass  # one that a rule refuses makes no event
        self.load.settle()
        return operation.request["unit_id"], operation.reply.header.journal_seq

    def copies(self, service, unit_id):
        return int(self.sql(f"SELECT count(*) FROM {service}.unit WHERE unit_id = '{unit_id}'")[0][0])

    def cursor(self, service, source="registry"):
        return int(self.sql(f"SELECT coalesce(max(seq), 0) FROM {service}.follow_cursor WHERE source = '{source}'")[0][0])

    def test_killed_while_applying(self):
        "T07"
        for service in ("payroll", "workforce", "gateway"):
            for point in ("in_handler", "follow_before_cursor", "before_commit", "after_commit", "before_reply"):
                with self.subTest(service=service, point=point):
                    self.house.settle()
                    self.restart(service, crash_at=point)
                    unit_id, seq = self.unit()
                    self.assertEqual(self.node.wait_end(service), CRASHED, self.node.log_tail(service))
                    self.assertEqual(self.copies(service, unit_id), int(self.cursor(service) >= seq), "cursor and effect move together")
                    self.node.start(service)
                    self.house.settle()
                    self.assertEqual(self.copies(service, unit_id), 1)

    def test_killed_in_the_middle_of_the_pages(self):
        "T06 T07: a sealed month goes over in pages; reader and source are killed meanwhile"
        project, numbers = self.load.project, self.load.worker_numbers
        path.record_attendance(self.world, project, [(number, f"2026-06-{day}", 100) for number in numbers for day in range(20, 30)])
        for point in ("in_handler", "before_commit", "after_commit"):
            self.house.settle()
            self.restart("payroll", crash_at=point)
            if point == "in_handler":
                path.seal_month(self.world, project, "2026-06")
            else:
                self.unit()
            self.node.wait_end("payroll")
            self.node.kill("workforce")
            self.node.start("payroll", "workforce")
        self.house.settle()
        body = self.world.contractor.ok("payroll.DrawWageSheet", {"project_code": project, "month": "2026-06"})
        self.assertEqual((body["line_count"], body["gross_fen"]), (24, 24 * 10 * 200_00))

    def test_the_source_dies_while_it_is_read(self):
        "T06"
        for _ in range(3):
            for _ in range(20):
                self.load.start("registry")
            self.node.kill("registry")
            self.node.start("registry")
            self.load.settle()
        self.house.settle()
        units = self.sql("SELECT count(*) FROM registry.unit")
        for service in ("payroll", "workforce", "gateway"):
            self.assertEqual(self.sql(f"SELECT count(*) FROM {service}.unit"), units)

"""Devices at the gate: who may send passes, which of them make days, and how a day that was not seen whole is mended by two people."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.labour import WorkforceCase  # noqa: E402

CHINA = datetime.timezone(datetime.timedelta(hours=8))
DAY = "2026-06-22"
JUNE = "2026-06"


def at_us(text):
    """Microseconds of "2026-06-22 07:30", China Standard Time."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1_000_000)


class DeviceCase(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.gate = cls.gate_of(cls.code, "gate-1")

    @classmethod
    def gate_of(cls, code, device_code):
        cls.world.contractor_checker.ok("workforce.RegisterDevice", {"project_code": code, "device_code": device_code, "device_name": "北门闸机", "pass_means": "FACE"})
        return cls.house.actor(device_code, device_code, "MAKER", ("DEVICE",))

    def placed(self, code=None, **changed):
        number = self.agreed(code or self.code, self.registered(), **changed)
        self.contractor.ok("workforce.HoldTraining", self.training(code or self.code, [number]))
        return number

    def passes(self, *passes, code=None, device="gate-1", clock_us=None):
        """passes: (worker_number, "IN" or "OUT", "2026-06-22 07:30") with further fields."""
        lines = []
        for worker, way, when, *more in passes:
            DeviceCase.serial += 1
            lines.append({"pass_code": f"P{DeviceCase.serial}", "worker_number": worker, "pass_direction": {"IN": "ENTRY", "OUT": "EXIT"}[way],
                          "passed_at_us": at_us(when), **(more[0] if more else {})})
        return {"project_code": code or self.code, "device_code": device, "device_clock_at_us": clock_us or self.house.node.now_us(), "passes": lines}

    def send(self, *passes, **options):
        return self.gate.ok("workforce.RecordDevicePasses", self.passes(*passes, **options))["rows"]

    def draw(self, day=DAY, code=None):
        return self.contractor.ok("workforce.DrawDeviceDays", {"project_code": code or self.code, "work_date": day})

    def repair(self, number, day=DAY):
        found = self.sql(f"SELECT repair_kind, repair_state FROM workforce.attendance_repair WHERE worker_number = {number} AND work_date = '{day}'")
        return tuple(found[0]) if found else None

    def entry(self, number, day=DAY):
        found = self.sql(f"SELECT day_hundredths FROM workforce.attendance WHERE worker_number = {number} AND work_date = '{day}'")
        return int(found[0][0]) if found else None


class PassTest(DeviceCase):
    def test_pairs_make_days_by_the_rule_of_the_day(self):
        """R108: seven hours are a day, three and a half are half of one, less is none; breaks add up, a double reading counts once."""
        whole, half, short, lunch = (self.placed() for _ in range(4))
        self.send((whole, "IN", f"{DAY} 07:30"), (whole, "IN", f"{DAY} 07:30"), (whole, "OUT", f"{DAY} 14:30"),
                  (half, "IN", f"{DAY} 08:00"), (half, "OUT", f"{DAY} 11:30"), (short, "IN", f"{DAY} 08:00"), (short, "OUT", f"{DAY} 09:00"),
                  (lunch, "IN", f"{DAY} 08:00"), (lunch, "OUT", f"{DAY} 11:30"), (lunch, "IN", f"{DAY} 13:00"), (lunch, "OUT", f"{DAY} 16:30"))
        drawn = self.draw()
        self.assertEqual([self.entry(number) for number in (whole, half, short, lunch)], [100, 50, None, 100])
        self.assertEqual((drawn["recorded_count"], drawn["total_hundredths"], drawn["too_short_count"], drawn["repair_count"]), (3, 250, 1, 0))
        again = self.draw()
        self.assertEqual((again["recorded_count"], again["agreeing_count"], again["repair_count"]), (0, 3, 0))

    def test_a_night_belongs_to_the_day_it_began(self):
        """R108: in at ten in the evening, out at six: a day of the evening's date."""
        number = self.placed()
        self.send((number, "IN", "2026-06-23 22:00"), (number, "OUT", "2026-06-24 06:00"))
        self.draw("2026-06-24")
        self.draw("2026-06-23")
        self.assertEqual((self.entry(number, "2026-06-23"), self.entry(number, "2026-06-24"), self.repair(number, "2026-06-24")), (100, None, None))

    def test_a_pass_sent_again_is_the_same_pass(self):
        """R108: offline batches come late and twice; a known code with other contents is told, and what was first stands."""
        number = self.placed()
        request = self.passes((number, "IN", "2026-06-25 08:00", {"offline": True}), (number, "OUT", "2026-06-25 16:00", {"offline": True}))
        first = self.gate.ok("workforce.RecordDevicePasses", request)["rows"]
        self.assertEqual([(row["pass_state"], row["already_known"]) for row in first], [("CLEAR", False)] * 2)
        again = self.gate.ok("workforce.RecordDevicePasses", {**request, "passes": request["passes"] + request["passes"]})["rows"]
        self.assertEqual([(row["already_known"], row["differs"]) for row in again], [(True, False)] * 2)
        forged = {**request, "passes": [{**request["passes"][0], "passed_at_us": at_us("2026-06-25 05:00")}]}
        [row] = self.gate.ok("workforce.RecordDevicePasses", forged)["rows"]
        self.assertEqual((row["already_known"], row["differs"]), (True, True))
        self.assertEqual(self.count("device_pass", f"worker_number = {number}"), 2)
        [device] = [row for row in self.owner.rows("workforce.ListDevices", {"project_code": self.code}) if row["device_code"] == "gate-1"]
        self.assertEqual(device["drift_seconds"], 0)
        self.draw("2026-06-25")
        self.assertEqual(self.entry(number, "2026-06-25"), 100)

    def test_a_wrong_clock_and_a_blurred_face_make_no_day(self):
        """R108: they open a repair of that day, which the month cannot be sealed without; neither is lost in silence."""
        drifting, blurred, future = self.placed(), self.placed(), self.placed()
        wrong = self.house.node.now_us() + 3600 * 1_000_000
        [row] = self.send((drifting, "IN", "2026-06-26 08:00"), clock_us=wrong)
        self.assertEqual(row["pass_state"], "DEVICE_CLOCK")
        rows = self.send((blurred, "IN", "2026-06-26 08:00", {"blurred": True}), (future, "IN", "2026-09-01 08:00"))
        self.assertEqual(sorted(row["pass_state"] for row in rows), ["BLURRED", "DEVICE_CLOCK"])
        self.assertEqual((self.repair(drifting, "2026-06-26"), self.repair(blurred, "2026-06-26")), (("DEVICE_CLOCK", "OPEN"), ("BLURRED", "OPEN")))
        self.draw("2026-06-26")
        self.assertIsNone(self.entry(drifting, "2026-06-26"))

    def test_unpaired_passes_are_listed_and_repaired(self):
        """R108: an entry without exit makes no day and is listed alone."""
        number = self.placed()
        self.send((number, "IN", "2026-06-27 08:00"))
        self.assertEqual(self.draw("2026-06-27")["repair_count"], 1)
        [row] = self.township.rows("workforce.ListPasses", {"project_code": self.code, "work_date": "2026-06-27", "unpaired_only": True}, page_size=1)
        self.assertEqual((row["worker_number"], row["paired"], row["pass_means"]), (number, False, "FACE"))
        self.assertEqual(self.repair(number, "2026-06-27"), ("UNPAIRED", "OPEN"))

    def test_what_a_rule_forbids_is_not_recorded_but_told(self):
        """R106 R116: passes of someone untrained open a repair that says why; a stranger of the node is NOT_KNOWN."""
        untrained = self.agreed(self.code, self.registered())
        rows = self.send((untrained, "IN", "2026-06-28 08:00"), (untrained, "OUT", "2026-06-28 16:00"), (42, "IN", "2026-06-28 08:00"))
        self.assertIn("NOT_KNOWN", [row["pass_state"] for row in rows])
        self.draw("2026-06-28")
        self.assertEqual((self.entry(untrained, "2026-06-28"), self.repair(untrained, "2026-06-28")), (None, ("NOT_ADMITTED", "OPEN")))
        [row] = [row for row in self.owner.rows("workforce.ListRepairs", {"project_code": self.code}) if row["worker_number"] == untrained]
        self.assertIn("NO_SAFETY_TRAINING", row["repair_note"])

    def test_late_passes_do_not_overwrite(self):
        """R108: the day stands; a different one by the passes opens a repair."""
        number = self.placed()
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-29", 100))
        self.send((number, "IN", "2026-06-29 08:00"), (number, "OUT", "2026-06-29 12:00"))
        self.draw("2026-06-29")
        self.assertEqual((self.entry(number, "2026-06-29"), self.repair(number, "2026-06-29")), (100, ("DIFFERS", "OPEN")))

    def test_by_the_token_too(self):
        """R108: a device that holds the token instead of the number names the same worker."""
        number = self.placed()
        token = self.contractor.ok("workforce.GetWorker", {"worker_number": number})["worker_token"]
        request = self.passes((0, "IN", "2026-06-30 08:00", {"worker_token": token}))
        del request["passes"][0]["worker_number"]
        self.gate.ok("workforce.RecordDevicePasses", request)
        self.assertEqual(self.count("device_pass", f"worker_number = {number}"), 1)


class WhoTest(DeviceCase):
    def test_a_device_sends_its_own_passes_of_its_project_and_nothing_else(self):
        """R108 R110: not another device's, not of another project, not once retired; no attendance, no lists; and nobody else sends passes."""
        number, other = self.placed(), self.world.project()
        passes = self.passes((number, "IN", f"{DAY} 08:00"))
        self.gate_of(self.code, "gate-2")
        [one] = passes["passes"]
        self.gate.refused("workforce.RecordDevicePasses", {**passes, "passes": [{**one, "pass_code": f"TOO-MANY-{i}"} for i in range(1001)]},
                          "RESOURCE_EXHAUSTED", "PASSES_TOO_MANY", "passes")
        self.gate.refused("workforce.RecordDevicePasses", {**passes, "device_code": "gate-2"}, "PERMISSION_DENIED", "DEVICE_NOT_YOURS", "device_code")
        self.gate.refused("workforce.RecordDevicePasses", {**passes, "project_code": other}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.gate.refused("workforce.RecordAttendance", self.day(self.code, number), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.gate.refused("workforce.ListAttendance", {"project_code": self.code, "month": JUNE}, "PERMISSION_DENIED", "NOT_ALLOWED")
        for actor in (self.contractor, self.owner, self.stranger):
            actor.refused("workforce.RecordDevicePasses", passes, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.ok("workforce.RetireDevice", {"project_code": self.code, "device_code": "gate-2", "retire_reason": "损坏"})
        gone = self.actor("gate-2", "gate-2", "MAKER", ("DEVICE",))
        gone.refused("workforce.RecordDevicePasses", {**passes, "device_code": "gate-2"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.RetireDevice", {"project_code": self.code, "device_code": "gate-2", "retire_reason": "损坏"},
                                        "FAILED_PRECONDITION", "DEVICE_RETIRED")

    def test_registering(self):
        """R110 R093: by the checker of contractor or owner; no unit's name, no device twice."""
        device = {"project_code": self.code, "device_code": "gate-9", "device_name": "南门", "pass_means": "QR_CODE"}
        self.contractor.refused("workforce.RegisterDevice", device, "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger_checker.refused("workforce.RegisterDevice", device, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.RegisterDevice", {**device, "device_code": "owner-1"}, "ALREADY_EXISTS", "DEVICE_CODE_TAKEN", "device_code")
        self.owner_checker.refused("workforce.RegisterDevice", {**device, "device_code": "gate-1"}, "ALREADY_EXISTS", "DEVICE_EXISTS", "device_code")
        self.owner_checker.refused("workforce.RegisterDevice", {**device, "pass_means": "UNSPECIFIED"}, "INVALID_ARGUMENT", "REQUIRED", "pass_means")
        self.assertEqual(self.owner_checker.ok("workforce.RegisterDevice", device)["device_state"], "ACTIVE")
        self.contractor_checker.refused("workforce.RetireDevice", {**{name: device[name] for name in ("project_code",)}, "device_code": "none", "retire_reason": "x"},
                                        "NOT_FOUND", "DEVICE_UNKNOWN")

    def test_only_past_days_of_open_months_are_drawn(self):
        """R108: not today, not a sealed month; by the contractor."""
        code = self.world.project()
        today = self.house.today()
        self.contractor.refused("workforce.DrawDeviceDays", {"project_code": code, "work_date": today}, "FAILED_PRECONDITION", "DAY_NOT_OVER", "work_date")
        number = self.placed(code)
        self.contractor.ok("workforce.RecordAttendance", self.day(code, number))
        self.contractor_checker.ok("workforce.SealMonth", {"project_code": code, "month": JUNE})
        self.contractor.refused("workforce.DrawDeviceDays", {"project_code": code, "work_date": DAY}, "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")
        self.owner.refused("workforce.DrawDeviceDays", {"project_code": code, "work_date": DAY}, "PERMISSION_DENIED", "NOT_ALLOWED")


class PolicyTest(DeviceCase):
    def test_the_rule_of_the_day_is_data(self):
        """R108: the office sets it from a day on; the past keeps its own; a longer time never gives less."""
        today = self.house.today()
        rule = {"valid_from_date": today, "source_note": "区里规定", "lines": [{"least_minutes": 180, "day_hundredths": 40}, {"least_minutes": 480, "day_hundredths": 100}]}
        self.office.refused("workforce.SetDayRule", rule, "PERMISSION_DENIED", "WRONG_DUTY")
        self.office_checker.refused("workforce.SetDayRule", {**rule, "valid_from_date": "2026-06-01"}, "FAILED_PRECONDITION", "RULE_BEGUN", "valid_from_date")
        bad = [{"least_minutes": 180, "day_hundredths": 60}, {"least_minutes": 480, "day_hundredths": 50}, {"least_minutes": 1500, "day_hundredths": 101},
               {"least_minutes": 180, "day_hundredths": 60}]
        reply = self.office_checker.refused("workforce.SetDayRule", {**rule, "lines": bad}, "INVALID_ARGUMENT")
        self.assertLessEqual({("LONGER_GIVES_LESS", "lines[1].day_hundredths"), ("MINUTES_OUTSIDE_DAY", "lines[2].least_minutes"),
                              ("PART_OF_DAY", "lines[2].day_hundredths"), ("MINUTES_TWICE", "lines[3].least_minutes")},
                             {(problem["reason"], problem["path"]) for problem in reply.problems})
        self.assertEqual(len(self.office_checker.ok("workforce.SetDayRule", rule)["rows"]), 2)
        self.assertEqual(len(self.contractor.rows("workforce.ListDayRules", page_size=1)), 4)
        number = self.placed()
        self.house.travel("2026-07-03 09:00")
        self.send((number, "IN", "2026-07-01 08:00"), (number, "OUT", "2026-07-01 15:30"), (number, "IN", "2026-06-30 08:00"), (number, "OUT", "2026-06-30 15:30"))
        self.draw("2026-06-30")
        self.draw("2026-07-01")
        self.assertEqual((self.entry(number, "2026-06-30"), self.entry(number, "2026-07-01")), (100, 40))

    def test_parameters(self):
        """R108: tolerance of clocks and who needs a second person are the district's to set, from a day on; names are those there are."""
        policy = {"policy_name": "device_drift_seconds", "valid_from_date": self.house.today(), "policy_value": 7200, "source_note": "偏远工地"}
        self.office_checker.refused("workforce.SetWorkforcePolicy", {**policy, "policy_name": "no_such"}, "NOT_FOUND", "POLICY_UNKNOWN", "policy_name")
        self.office_checker.refused("workforce.SetWorkforcePolicy", {**policy, "valid_from_date": "2026-01-01"}, "FAILED_PRECONDITION", "RULE_BEGUN")
        self.contractor_checker.refused("workforce.SetWorkforcePolicy", policy, "PERMISSION_DENIED", "NOT_ALLOWED")
        number = self.placed()
        wrong = self.house.node.now_us() + 3600 * 1_000_000
        self.assertEqual(self.send((number, "IN", "2026-06-23 08:00"), clock_us=wrong)[0]["pass_state"], "DEVICE_CLOCK")
        self.office_checker.ok("workforce.SetWorkforcePolicy", policy)
        self.assertEqual(self.send((number, "IN", "2026-06-24 08:00"), clock_us=wrong)[0]["pass_state"], "CLEAR")
        self.office_checker.ok("workforce.SetWorkforcePolicy", {**policy, "policy_name": "repair_second_NO_NETWORK", "policy_value": 0})
        names = {row["policy_name"] for row in self.contractor.rows("workforce.ListWorkforcePolicies", page_size=3)}
        self.assertLessEqual({"lowest_age", "device_drift_seconds", "pass_span_minutes"}, names)


if __name__ == "__main__":
    unittest.main()

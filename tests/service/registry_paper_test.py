"""registry: papers by their digest: kinds, types, sizes, versions, and what the early ones must state."""
from lib import path
from registry_gates_test import GateCase


class PaperTest(GateCase):
    services = ("registry",)

    def paper(self, code, number=1, **more):
        return {"project_code": code, "paper_code": f"WJ-{number}", "paper_kind": "WORKS_CONTRACT", "paper_title": "施工合同", "media_type": "application/pdf",
                "size_bytes": 1_000_000, "paper_digest": path.digest(f"{code}{number}"), "page_count": 40, "paper_date": "2026-06-15", **more}

    def test_entered_listed_and_found_by_its_digest(self):
        "R057 R062: kind, title, type, size, pages, date and who entered it; whoever holds the file finds its entry, if it is one of his projects."
        code = self.world.draft()
        self.owner.ok("registry.AddPaper", self.paper(code))
        row = self.contractor.rows("registry.ListPapers", {"project_code": code})[0]
        self.assertEqual((row["paper_kind"], row["media_type"], row["size_bytes"], row["page_count"], row["added_by"], row["added_by_unit_id"],
                          row["version_number"]), ("WORKS_CONTRACT", "application/pdf", 1_000_000, 40, "owner-maker", "owner-1", 1))
        wanted = {"paper_digest": path.digest(f"{code}1")}
        self.assertEqual([row["paper_code"] for row in self.township.rows("registry.ListPapers", wanted)], ["WJ-1"])
        self.assertEqual((self.stranger.rows("registry.ListPapers", wanted), self.township.rows("registry.ListPapers", {"paper_digest": path.digest("x")})),
                         ([], []))
        self.owner.ok("registry.AddPaper", self.paper(code, 2, page_count=None))
        self.assertIsNone(self.owner.rows("registry.ListPapers", {"project_code": code}, page_size=1)[1]["page_count"])
        self.stranger.refused("registry.AddPaper", self.paper(code, 3), "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_types_and_sizes_are_dated_data(self):
        "R062: what is taken, and up to what size, is the office's to set."
        code = self.world.draft()
        refused = lambda reason, place, **more: self.owner.refused("registry.AddPaper", self.paper(code, **more), None, reason, path=place)  # noqa: E731
        refused("MEDIA_TYPE_REFUSED", "media_type", media_type="application/x-msdownload")
        refused("MEDIA_TYPE_SHAPE", "media_type", media_type="PDF")
        refused("PAPER_TOO_LARGE", "size_bytes", size_bytes=209_715_201)
        refused("DIGEST_INVALID", "paper_digest", paper_digest=b"short")
        refused("DATE_IN_FUTURE", "paper_date", paper_date="2026-12-01")
        self.owner.refused("registry.AddPaper", self.paper(code, size_bytes=0), "INVALID_ARGUMENT", "REQUIRED", path="size_bytes")
        limit = {"media_type": "application/zip", "valid_from_date": "2026-07-01", "largest_bytes": 1_000_000, "basis_note": "图纸打包"}
        refused("MEDIA_TYPE_REFUSED", "media_type", media_type="application/zip")
        self.bureau_checker.refused("registry.SetPaperLimit", limit, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.ok("registry.SetPaperLimit", limit)
        self.owner.ok("registry.AddPaper", self.paper(code, media_type="application/zip"))
        self.office_checker.ok("registry.SetPaperLimit", {**limit, "largest_bytes": 0})
        refused("MEDIA_TYPE_REFUSED", "media_type", number=2, media_type="application/zip")
        limits = {row["media_type"]: row["largest_bytes"] for row in self.stranger.ok("registry.ListPaperLimits", {})["rows"]}
        self.assertEqual((limits["application/zip"], limits["application/ofd"]), (0, 209_715_200))
        before = self.stranger.ok("registry.ListPaperLimits", {"as_of_date": "2026-06-30"})["rows"]
        self.assertNotIn("application/zip", {row["media_type"] for row in before})

    def test_a_paper_replaced_stays_listed(self):
        "R062: a newer version names the one it replaces: same kind, once, by the unit whose paper it was or the bureau."
        code = self.world.draft()
        self.owner.ok("registry.AddPaper", self.paper(code))
        refused = lambda who, reason, place, **more: who.refused("registry.AddPaper", self.paper(code, **more), None, reason, path=place)  # noqa: E731
        refused(self.owner, "PAPER_EXISTS", "paper_code", paper_digest=path.digest("other"))
        refused(self.owner, "PAPER_KNOWN", "paper_digest", paper_code="WJ-2")
        refused(self.owner, "NO_SUCH_PAPER", "replaces_code", number=2, replaces_code="WJ-9")
        refused(self.owner, "PAPER_KIND_DIFFERS", "paper_kind", number=2, replaces_code="WJ-1", paper_kind="PHOTO")
        refused(self.contractor, "NOT_YOUR_UNIT", "replaces_code", number=2, replaces_code="WJ-1")
        self.assertEqual(self.owner.ok("registry.AddPaper", self.paper(code, 2, replaces_code="WJ-1"))["version_number"], 2)
        refused(self.owner, "PAPER_REPLACED", "replaces_code", number=3, replaces_code="WJ-1")
        self.assertEqual(self.bureau.ok("registry.AddPaper", self.paper(code, 3, replaces_code="WJ-2"))["version_number"], 3)
        rows = self.owner.rows("registry.ListPapers", {"project_code": code}, page_size=2)
        self.assertEqual([(row["paper_code"], row["replaced_by_code"]) for row in rows], [("WJ-1", "WJ-2"), ("WJ-2", "WJ-3"), ("WJ-3", "")])
        self.assertEqual([row["paper_code"] for row in self.owner.rows("registry.ListPapers", {"project_code": code, "current_only": True})], ["WJ-3"])

    def test_early_papers_state_the_requirement(self):
        "R061 R062: report and design that were examined state it, or a paper entered since does; else the works do not begin."
        code = self.world.draft()
        self.bureau.ok("registry.SubmitPreReview", {"project_code": code, "approval_mode": "ORDINARY", "documents": [
            {"document_kind": kind, "document_title": kind, "document_digest": path.digest(kind), "states_requirement": kind == "PRELIM_DESIGN"}
            for kind in ("FSR", "PRELIM_DESIGN", "BUDGET")]})
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"})
        self.bureau_checker.ok("registry.ApproveProject", {"project_code": code, "approval_mode": "ORDINARY", "document_no": "批1",
                                                           "document_date": "2026-06-10", "relief_clause": True, "reporting_clause": True,
                                                           "fiscal_review": "DONE"})
        path.award_project(self.world, code, "2026-06-15", [("F1", 100)])
        start = {"project_code": code, "start_date": "2026-06-20"}
        reply = self.owner.refused("registry.StartProject", start, "FAILED_PRECONDITION", "REQUIREMENT_NOT_STATED")
        self.assertEqual([problem["message"].split("(")[1] for problem in reply.problems], ["FSR FSR)"])
        self.owner.ok("registry.AddPaper", self.paper(code, paper_kind="FSR", states_requirement=False))
        self.assertEqual(self.gaps(code, "StartProject"), {("REQUIREMENT_NOT_STATED", "project_code")})
        self.owner.ok("registry.AddPaper", self.paper(code, 2, paper_kind="FSR", states_requirement=True, replaces_code="WJ-1"))
        self.owner.ok("registry.StartProject", start)

    def test_pilots_are_summed_up(self):
        "R078: the summaries of pilot projects over all projects one may see."
        code = self.world.draft(pilot_topic="村民自建")
        self.bureau.ok("registry.AddPaper", self.paper(code, paper_kind="PILOT_SUMMARY", paper_title="试点总结"))
        self.bureau.ok("registry.AddPaper", self.paper(code, 2))
        self.assertEqual([(row["project_code"], row["paper_title"]) for row in self.office.rows("registry.ListPapers", {"paper_kind": "PILOT_SUMMARY"})],
                         [(code, "试点总结")])
        self.assertEqual(self.other_bureau.rows("registry.ListPapers", {"paper_kind": "PILOT_SUMMARY"}), [])

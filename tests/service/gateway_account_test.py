"""Accounts, sessions and tokens on the bus, beneath the pages: names are used once, and a token is its account's own business."""
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.house import ServiceCase  # noqa: E402
from lib.web import PASSWORD, Browser, invite  # noqa: E402

DAY_US = 86400 * 10**6


def digest(text):
    return hashlib.new("sm3", text.encode()).digest()


class AccountTest(ServiceCase):
    services = ("registry", "gateway")

    def later(self):
        return self.house.node.now_us() + DAY_US

    def account(self, name, **more):
        return {"account_name": name, "unit_id": "140214-jtj", "duty": "MAKER", "relations": "BUREAU", "person_name": "张某", "invitation_digest": digest(name),
                "invitation_until_at_us": self.later(), **more}

    def holder(self, name):
        """Who has an account in use, and a key under its name, as the HTTP face calls for him."""
        code = invite(lambda request: self.operator.ok("gateway.AddAccount", request), self.house.node.now_us(), name, "140214-jtj", "MAKER", "BUREAU")
        browser = Browser(self.house.node.port("http"))
        self.addCleanup(browser.connection.close)
        self.assertEqual(200, browser.send("POST", "/v1/password", {"account": name, "invitation": code, "newPassword": PASSWORD}).status)
        return self.actor(name, "140214-jtj", "MAKER", ("BUREAU",))

    def test_a_name_is_used_once(self):
        "R022: an account's name stands for one person in every journal: not again after it is closed, nor one that a key speaks under"
        self.office_checker.ok("gateway.AddAccount", self.account("li-si"))
        self.office_checker.refused("gateway.AddAccount", self.account("li-si"), "ALREADY_EXISTS", "ACCOUNT_TAKEN", path="account_name")
        self.office_checker.ok("gateway.ChangeAccount", {"account_name": "li-si", "close": True, "change_reason": "调离"})
        self.office_checker.refused("gateway.AddAccount", self.account("li-si"), "ALREADY_EXISTS", "ACCOUNT_TAKEN", path="account_name")
        self.office_checker.ok("gateway.AddPrincipal", {"principal": "bureau-program", "unit_id": "140214-jtj", "duty": "MAKER", "relations": "BUREAU",
                                                        "public_key": self.bureau.key.public})
        self.office_checker.refused("gateway.AddAccount", self.account("bureau-program"), "ALREADY_EXISTS", "ACCOUNT_TAKEN", path="account_name")

    def test_only_one_in_use_is_invited_or_changed(self):
        "R022: an unknown or a closed account gets no invitation and no other duty"
        invitation = {"invitation_digest": digest("again"), "invitation_until_at_us": self.later()}
        self.office_checker.ok("gateway.AddAccount", self.account("wang-wu"))
        self.office_checker.ok("gateway.InviteAccount", {"account_name": "wang-wu", **invitation})
        self.assertEqual(self.office_checker.ok("gateway.ChangeAccount", {"account_name": "wang-wu", "duty": "CHECKER", "change_reason": "任审核人"})["duty"], "CHECKER")
        self.office_checker.ok("gateway.ChangeAccount", {"account_name": "wang-wu", "close": True, "change_reason": "调离"})
        for name in ("wang-wu", "nobody"):
            self.office_checker.refused("gateway.InviteAccount", {"account_name": name, **invitation}, "NOT_FOUND", "ACCOUNT_UNKNOWN", path="account_name")
            self.office_checker.refused("gateway.ChangeAccount", {"account_name": name, "duty": "MAKER", "change_reason": "改回"}, "NOT_FOUND", "ACCOUNT_UNKNOWN",
                                        path="account_name")

    def test_a_token_is_its_account_s_own(self):
        "R022: issued and revoked by the account itself, under a name of its own, for methods that exist as a pattern"
        holder = self.holder("zhao-liu")
        token = {"token_name": "reader", "token_digest": digest("secret"), "expires_at_us": self.later(), "method_patterns": "registry.ListProjects payroll.*"}
        self.bureau.refused("gateway.AddToken", token, "FAILED_PRECONDITION", "TOKEN_NOT_YOURS")
        for pattern in ("registry.List*", "everything", "registry"):
            holder.refused("gateway.AddToken", {**token, "method_patterns": f"payroll.* {pattern}"}, "INVALID_ARGUMENT", "METHOD_PATTERN", path="method_patterns")
        self.operator.refused("gateway.GetSession", {"credential_digest": digest("secret")}, "NOT_FOUND", "SESSION_UNKNOWN")
        self.assertEqual(holder.ok("gateway.AddToken", token)["method_patterns"], "payroll.* registry.ListProjects")
        self.assertTrue(self.operator.ok("gateway.GetSession", {"credential_digest": digest("secret")})["is_token"])
        holder.refused("gateway.AddToken", {**token, "token_digest": digest("other")}, "ALREADY_EXISTS", "TOKEN_TAKEN", path="token_name")
        revoke = {"account_name": "zhao-liu", "token_name": "reader", "revoke_reason": "不再使用"}
        self.office_checker.refused("gateway.RevokeToken", revoke, "FAILED_PRECONDITION", "TOKEN_NOT_YOURS", path="account_name")
        holder.refused("gateway.RevokeToken", {**revoke, "token_name": "none"}, "NOT_FOUND", "TOKEN_UNKNOWN", path="token_name")
        self.assertTrue(holder.ok("gateway.RevokeToken", revoke)["revoked"])
        holder.refused("gateway.RevokeToken", revoke, "NOT_FOUND", "TOKEN_UNKNOWN", path="token_name")
        self.operator.refused("gateway.GetSession", {"credential_digest": digest("secret")}, "NOT_FOUND", "SESSION_UNKNOWN")


if __name__ == "__main__":
    unittest.main()

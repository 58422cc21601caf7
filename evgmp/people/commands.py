"""What is done to people's records."""

from evgmp.rules.command import REGISTER, Command, Meaning

OPEN_PLANT = REGISTER.add(Command("people.open_plant", "Plant opened", "Open the plant", automatic=True))
ADD_PERSON = REGISTER.add(Command("people.add_person", "Person added", "Add the person", reason=True))
GRANT_ROLE = REGISTER.add(Command("people.grant_role", "Role granted", "Grant the role", reason=True))
WITHDRAW_ROLE = REGISTER.add(Command("people.withdraw_role", "Role withdrawn", "Withdraw the role", reason=True))
RETIRE_PERSON = REGISTER.add(Command("people.retire_person", "Person retired", "Retire the person", reason=True))
UNLOCK_ACCOUNT = REGISTER.add(Command("people.unlock_account", "Account unlocked", "Unlock the account", reason=True))
RESET_PASSWORD = REGISTER.add(Command("people.reset_password", "Password reset", "Set a temporary password", reason=True))
RECORD_TRAINING = REGISTER.add(
    Command("people.record_training", "Training recorded", "Record the training", signs=(Meaning.APPROVED,))
)
ADOPT_RELEASE = REGISTER.add(
    Command(
        "people.adopt_release", "Roles and formulas adopted", "Adopt roles and formulas", signs=(Meaning.APPROVED,), reason=True,
        training="quality_review",
    )
)  # fmt: skip

# Topics of training that gate acting. A command names one; the record of it must be in date.
TOPICS = {
    "batch_execution": "Batch execution",
    "cell_banking": "Cell banking",
    "qc_testing": "QC testing",
    "quality_review": "Quality review and disposition",
    "certification": "Certification by the Qualified Person",
    "master_data": "Master data",
    # Asked for by the steps of a master, beside the topic of the command (EXE-19).
    "gowning": "Gowning and aseptic work",
}

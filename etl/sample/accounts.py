"""A short chart of accounts in the numbering that Finnish municipalities share."""

from __future__ import annotations

from dataclasses import dataclass

GROUP_NAMES = {
    "11": "Aineelliset hyödykkeet",
    "43": "Palvelujen ostot",
    "44": "Palvelujen ostot",
    "45": "Aineet, tarvikkeet ja tavarat",
    "46": "Aineet, tarvikkeet ja tavarat",
    "47": "Avustukset",
    "48": "Vuokrakulut",
    "49": "Muut kulut",
}
"""The first two digits of an account -> the name of its group.."""


@dataclass(frozen=True)
class Account:
    """A four-digit account. Helsinki's six digits are these with two zeros behind."""

    code: str
    name: str

    @property
    def group(self) -> str:
        """The two digits that name the group."""
        return self.code[:2]


ACCOUNTS = tuple(
    Account(code, name)
    for code, name in (
        ("1120", "Rakennukset"),
        ("1140", "Kiinteät rakenteet ja laitteet"),
        ("1160", "Koneet ja kalusto"),
        ("4310", "Asiakaspalvelujen ostot"),
        ("4340", "Toimisto- ja asiantuntijapalvelut"),
        ("4345", "ICT-palvelut"),
        ("4350", "Painatukset ja ilmoitukset"),
        ("4360", "Posti- ja telepalvelut"),
        ("4370", "Vakuutukset"),
        ("4380", "Puhtaanapito- ja pesulapalvelut"),
        ("4390", "Rakennusten ja alueiden kunnossapito"),
        ("4400", "Koneiden ja laitteiden kunnossapito"),
        ("4410", "Majoitus- ja ravitsemispalvelut"),
        ("4420", "Matkustus- ja kuljetuspalvelut"),
        ("4430", "Sosiaali- ja terveyspalvelut"),
        ("4440", "Koulutus- ja kulttuuripalvelut"),
        ("4500", "Toimisto- ja koulutarvikkeet"),
        ("4520", "Kirjallisuus"),
        ("4540", "Elintarvikkeet"),
        ("4560", "Lääkkeet ja hoitotarvikkeet"),
        ("4580", "Poltto- ja voiteluaineet"),
        ("4600", "Lämmitys, sähkö ja vesi"),
        ("4620", "Rakennusmateriaali"),
        ("4740", "Avustukset yhteisöille"),
        ("4820", "Rakennusten ja huoneistojen vuokrat"),
        ("4850", "Koneiden ja laitteiden vuokrat"),
        ("4940", "Muut kulut"),
    )
)
INDEX_OF_ACCOUNT = {account.code: index for index, account in enumerate(ACCOUNTS)}

"""Nodes that datasets, files and interfaces of the catalogue share: who, under which licence, in which language."""

from __future__ import annotations

import re
from unicodedata import normalize

from rdflib import DCTERMS, FOAF, RDFS, SKOS, Literal, URIRef

from dashboard.catalogue.model import PUBLISHER, Catalogue
from dashboard.catalogue.model import Publisher as Agent
from dashboard.catalogue.rdf import VCARD, Writer, literals
from dashboard.catalogue.vocabulary import LANGUAGES, LICENCES
from dashboard.i18n import translator
from dashboard.package import Licence

LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
LICENCE_TYPES = {
    "CC_BY_4_0": ("Attribution", "Attribution"),
    "CC_BYSA_4_0": ("ViralEffect-ShareAlike", "Viral effect (a.k.a. Share-alike)"),
    "CC0": ("PublicDomain", "Work in the public domain"),
}
"""Code of the EU's table of licences -> (code in ADMS's list of licence types, name there)."""


def publisher(write: Writer, catalogue: Catalogue) -> URIRef:
    """Who publishes the catalogue: this site. What kind of body runs it, a release does not tell."""
    return write.add(
        f"{catalogue.address}#publisher",
        FOAF.Agent,
        [(FOAF.name, Literal(PUBLISHER)), (FOAF.homepage, document(write, f"{catalogue.base_url}/"))],
    )


def creator(write: Writer, catalogue: Catalogue, agent: Agent) -> URIRef:
    """Who published a source; a city is a local authority, of others that is not known."""
    kind = None
    if agent.city_code:
        scheme = write.scheme("http://purl.org/adms/publishertype/1.0", "Publisher type")
        kind = write.term(LOCAL_AUTHORITY, {"en": "Local Authority"}, scheme)
    name = Literal(agent.name, lang=agent.language)
    address = f"{catalogue.address}#agent-{plain(agent.name)}"
    return write.add(address, FOAF.Agent, [(FOAF.name, name), (DCTERMS.type, kind)])


def contact(write: Writer, catalogue: Catalogue) -> URIRef:
    """Whom to ask: at the address that is set; where none is, the page that says so."""
    address = catalogue.contact
    is_mail = bool(address) and not address.startswith(("https://", "http://"))
    return write.add(
        f"{catalogue.address}#contact",
        VCARD.Kind,
        [
            (VCARD.fn, Literal(PUBLISHER)),
            (VCARD.hasEmail, f"mailto:{address}" if is_mail else None),
            (VCARD.hasURL, address if address and not is_mail else f"{catalogue.base_url}/en/privacy"),
        ],
    )


def licence(write: Writer, one: Licence) -> URIRef:
    """A licence under its address in the EU's table where it is there, else under its own."""
    code = LICENCES.get(one.url)
    if code is None:
        return write.add(one.url, DCTERMS.LicenseDocument, [(RDFS.label, Literal(one.title))])
    node = write.concept("licence", code, DCTERMS.LicenseDocument)
    key, name = LICENCE_TYPES[code]
    scheme = write.scheme("http://purl.org/adms/licencetype/1.0", "Licence type")
    kind = write.term(f"http://purl.org/adms/licencetype/{key}", {"en": name}, scheme)
    return write.add(node, None, [(SKOS.exactMatch, one.url), (DCTERMS.type, kind)])


def rights(write: Writer, catalogue: Catalogue, one: Licence) -> URIRef:
    """What may be done with the data, in words."""
    label = {lang: f"{translator(lang)('Licence')}: {one.title}" for lang in LANGUAGES}
    return write.add(f"{catalogue.address}#rights-{one.id}", DCTERMS.RightsStatement, [(RDFS.label, literals(label))])


def document(write: Writer, address: str, lang: str | None = None) -> URIRef:
    """A page or a file to read, in a language where it is in one."""
    return write.add(address, FOAF.Document, [(DCTERMS.language, language(write, lang) if lang else None)])


def language(write: Writer, code: str) -> URIRef:
    """A language of the site's."""
    return write.concept("language", LANGUAGES[code], DCTERMS.LinguisticSystem)


def plain(name: str) -> str:
    """A name as a part of an address.

    >>> plain("Jyväskylän kaupunki (jkl)")
    'jyvaskylan-kaupunki-jkl'
    """
    letters = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")

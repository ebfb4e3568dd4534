/*
 * country.c: the 249 officially assigned codes of ISO 3166-1 alpha-2, and XK.
 *
 * XK is one of the codes the standard leaves to its users. The European Union and others write it
 * for Kosovo, which has no assigned code; without it, people there could not say where they are.
 * Codes are not removed from this table when a country ends, for its records stay.
 */
#include <string.h>

#include "protocol/form.h"

static const char codes[] = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZ"
			    "BABBBDBEBFBGBHBIBJBLBMBNBOBQBRBS"
			    "BTBVBWBYBZCACCCDCFCGCHCICKCLCMCN"
			    "COCRCUCVCWCXCYCZDEDJDKDMDODZECEE"
			    "EGEHERESETFIFJFKFMFOFRGAGBGDGEGF"
			    "GGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHM"
			    "HNHRHTHUIDIEILIMINIOIQIRISITJEJM"
			    "JOJPKEKGKHKIKMKNKPKRKWKYKZLALBLC"
			    "LILKLRLSLTLULVLYMAMCMDMEMFMGMHMK"
			    "MLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNA"
			    "NCNENFNGNINLNONPNRNUNZOMPAPEPFPG"
			    "PHPKPLPMPNPRPSPTPWPYQARERORSRURW"
			    "SASBSCSDSESGSHSISJSKSLSMSNSOSRSS"
			    "STSVSXSYSZTCTDTFTGTHTJTKTLTMTNTO"
			    "TRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI"
			    "VNVUWFWSXKYEYTZAZMZW";

/* Codes that people write for countries that have another one. */
static const char *const mistaken[][2] = {
	{"UK", "must be GB for the United Kingdom (ISO 3166-1)"},
	{"EL", "must be GR for Greece (ISO 3166-1)"},
};

static bool is_assigned(const char *code)
{
	for (size_t i = 0; i + 1 < sizeof(codes); i += 2)
		if (codes[i] == code[0] && codes[i + 1] == code[1])
			return true;
	return false;
}

const char *kith_country_problem(const char *code)
{
	if (strlen(code) == 2 && is_assigned(code))
		return NULL;
	for (size_t i = 0; i < sizeof(mistaken) / sizeof(mistaken[0]); i++)
		if (strcmp(mistaken[i][0], code) == 0)
			return mistaken[i][1];
	return "must be a country's code of two capital letters (ISO 3166-1 alpha-2), such as PL";
}

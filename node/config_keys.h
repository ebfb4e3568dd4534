/*
 * config_keys.h: the keys of config.ini as config.c sees them; for config.c alone.
 *
 * The one table of config_keys.c says of every key its section, name, default, help and rule, so
 * that the file, its documentation and what is really read cannot drift apart.
 */
#ifndef KITH_NODE_CONFIG_KEYS_H
#define KITH_NODE_CONFIG_KEYS_H

#include "node/config.h"

#define KITH_CONFIG_KEYS_MAX 32

bool kith_config_key_find(const char *section, const char *name, size_t *index);

/* May it be given several times? */
bool kith_config_key_repeats(size_t index);

/* Reads value into its place; `first` says that a repeated key begins anew. KITH_E_MALFORMED, and
 * rule says what is wanted ("a number from 1 to 9 is wanted"). */
KITH_MUST_CHECK int kith_config_key_set(size_t index, const char *value, bool first,
	struct kith_config *config, char *rule, size_t rule_len);

#endif

/* local.c: see local.h. */
#include "node/cli/local.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/record_json.h"

int kith_local_check(const json_t *draft, const char *lang, struct kith_problem *problem)
{
	struct kith_sign_pair *pair = kith_need(kith_secret_new(sizeof(*pair)));
	struct kith_rng rng = kith_rng_system();
	uint8_t seed[KITH_SEED_LEN];
	struct kith_buf envelope;
	json_t *copy = kith_need_json(json_deep_copy(draft));
	int err;

	kith_rng_fill(&rng, seed, sizeof(seed));
	kith_sign_pair_from_seed(seed, pair);
	kith_buf_init(&envelope, 2 * KITH_RECORD_MAX_BYTES);
	err = kith_record_from_json(
		copy, pair, lang, (uint64_t)kith_wall_ms(), &rng, &envelope, NULL, problem);
	kith_buf_clear(&envelope);
	kith_wipe(seed, sizeof(seed));
	kith_secret_free(pair);
	json_decref(copy);
	return err;
}

/* The configuration of the home; complains and returns an exit code. */
static int read_config(struct kith_cli *cli, struct kith_config *out)
{
	char home[KITH_PATH_MAX], why[512];
	int code = kith_cli_home(cli, home), err;

	if (code)
		return code;
	err = kith_home_check(home, why, sizeof(why));
	if (!err)
		err = kith_config_load(home, out, why, sizeof(why));
	return err ? kith_fail(cli, kith_exit_for(err), "%s", why) : 0;
}

static int inspect(struct kith_cli *cli, const struct kith_config *config, enum kith_id_type type,
	struct kith_keyfile_info *out, bool *is_there)
{
	char path[KITH_PATH_MAX], why[512] = "the path of the home is too long";
	int err = kith_keyring_path(config->home, type, path, sizeof(path));

	*is_there = !err && access(path, F_OK) == 0;
	if (!err && !*is_there && type == KITH_ID_RECOVERY)
		return 0;
	if (!err)
		err = kith_keyring_inspect(path, out, why, sizeof(why));
	return err ? kith_fail(cli, kith_exit_for(err), "%s", why) : 0;
}

/* The same line that node.info gives, as far as it can be known while the node does not run. */
static void make_address(struct kith_local_id *id)
{
	const struct kith_config *config = &id->config;
	struct kith_address address = {.has_node = true, .port = config->public_port};

	memcpy(address.group.bytes, id->author.public_key, KITH_ID_LEN);
	memcpy(address.node.bytes, id->node.public_key, KITH_ID_LEN);
	id->has_address = config->listen_count > 0;
	id->host_is_guess = !*config->public_host;
	if (!address.port && config->listen_count)
		address.port = config->listen[0].port;
	if (!id->host_is_guess)
		memcpy(address.host, config->public_host, sizeof(address.host));
	else if (config->listen_count && strcmp(config->listen[0].host, "*") != 0)
		memcpy(address.host, config->listen[0].host, sizeof(address.host));
	else if (gethostname(address.host, sizeof(address.host) - 1) != 0)
		snprintf(address.host, sizeof(address.host), "localhost");
	address.has_node = id->has_address;
	kith_address_format(&address, id->address);
}

int kith_local_id(struct kith_cli *cli, struct kith_local_id *out)
{
	bool is_there;
	int code;

	*out = (struct kith_local_id){0};
	code = read_config(cli, &out->config);
	if (!code)
		code = inspect(cli, &out->config, KITH_ID_AUTHOR, &out->author, &is_there);
	if (!code)
		code = inspect(cli, &out->config, KITH_ID_NODE, &out->node, &is_there);
	if (!code)
		code = inspect(
			cli, &out->config, KITH_ID_RECOVERY, &out->recovery, &out->has_recovery);
	if (!code)
		make_address(out);
	return code;
}

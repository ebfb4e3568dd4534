/* ask.c: see ask.h. */
#include "node/cli/ask.h"

#include <string.h>

#include "node/api/jsonrpc.h"

/* ---- reaching the node --------------------------------------------------------------------- */

static int unreachable(struct kith_cli *cli, const char *path, const char *home, int err)
{
	kith_fail(cli, KITH_EXIT_UNREACHABLE, "no node answers at %s: %s", path,
		err == KITH_E_PERMISSION  ? "its sockets are not open to this user"
		: err == KITH_E_NOT_FOUND ? "it does not run"
					  : kith_err_text(err));
	if (home && err == KITH_E_NOT_FOUND)
		kith_hint(cli, "start it with: kithd --home %s", home);
	return KITH_EXIT_UNREACHABLE;
}

/* The node's main socket, or the one for reading alone where the user may use only that. */
static int connect_home(struct kith_cli *cli)
{
	struct kith_config config;
	char home[KITH_PATH_MAX], why[512];
	int code = kith_cli_home(cli, home), err;

	if (code)
		return code;
	err = kith_config_load(home, &config, why, sizeof(why));
	if (err) {
		kith_fail(cli, err == KITH_E_NOT_FOUND ? KITH_EXIT_UNREACHABLE : KITH_EXIT_FAILED,
			"%s", why);
		if (err == KITH_E_NOT_FOUND)
			kith_hint(cli, "kith init makes a home; --socket names a node elsewhere");
		return err == KITH_E_NOT_FOUND ? KITH_EXIT_UNREACHABLE : KITH_EXIT_FAILED;
	}
	err = kith_talk_open(config.api_socket, &cli->talk);
	if (err == KITH_E_PERMISSION && kith_talk_open(config.read_socket, &cli->talk) == 0)
		return 0;
	return err ? unreachable(cli, config.api_socket, home, err) : 0;
}

static int connect_once(struct kith_cli *cli)
{
	const char *socket = kith_value(cli, KITH_OPT_SOCKET);
	int err;

	if (cli->talk)
		return 0;
	if (!socket)
		return connect_home(cli);
	err = kith_talk_open(socket, &cli->talk);
	return err ? unreachable(cli, socket, NULL, err) : 0;
}

static int broken(struct kith_cli *cli, int err)
{
	kith_talk_close(cli->talk);
	cli->talk = NULL;
	return kith_fail(cli, KITH_EXIT_UNREACHABLE, "%s",
		err == KITH_E_TRUNCATED   ? "the node went away before it had answered"
		: err == KITH_E_MALFORMED ? "what answers there is no node of kith"
					  : kith_err_text(err));
}

int kith_ask_try(struct kith_cli *cli, const char *method, json_t *params, struct kith_reply *reply)
{
	int code = connect_once(cli), err;

	*reply = (struct kith_reply){0};
	if (code) {
		json_decref(params);
		return code;
	}
	err = kith_talk_call(cli->talk, method, params, reply);
	return err ? broken(cli, err) : 0;
}

int kith_ask(struct kith_cli *cli, const char *method, json_t *params, json_t **result)
{
	struct kith_reply reply;
	int code = kith_ask_try(cli, method, params, &reply);

	*result = NULL;
	if (!code && reply.code)
		code = kith_ask_complain(cli, &reply, NULL);
	else if (!code)
		*result = json_incref(reply.result);
	kith_reply_clear(&reply);
	return code;
}

int kith_ask_next(struct kith_cli *cli, json_t **message)
{
	int err = kith_talk_next(cli->talk, message);

	return err ? broken(cli, err) : 0;
}

/* ---- what the node refuses ----------------------------------------------------------------- */

static enum kith_exit exit_of(int code)
{
	switch ((enum kith_rpc_code)code) {
	case KITH_RPC_NOT_FOUND:
	case KITH_RPC_AMBIGUOUS:
		return KITH_EXIT_NOT_FOUND;
	case KITH_RPC_RULE:
	case KITH_RPC_EXISTS:
	case KITH_RPC_REFUSED:
	case KITH_RPC_TOO_LARGE:
		return KITH_EXIT_REFUSED;
	case KITH_RPC_NO_METHOD:
	case KITH_RPC_PARAMS:
		return KITH_EXIT_USAGE;
	case KITH_RPC_PARSE:
	case KITH_RPC_INVALID:
	case KITH_RPC_INTERNAL:
	case KITH_RPC_STORAGE:
	case KITH_RPC_BUSY:
		break;
	}
	return KITH_EXIT_FAILED;
}

static void list_candidates(struct kith_cli *cli, const json_t *candidates)
{
	json_t *candidate;
	size_t i;

	json_array_foreach(candidates, i, candidate)
		kith_hint(cli, "%s",
			json_is_string(candidate) ? json_string_value(candidate)
						  : kith_json_get_text(candidate, "id"));
}

int kith_ask_complain(struct kith_cli *cli, const struct kith_reply *reply, const char *subject)
{
	const char *field = kith_json_get_text(reply->data, "field");
	const char *rule = kith_json_get_text(reply->data, "rule");
	const char *meant = kith_json_get_text(reply->data, "suggestion");
	enum kith_exit code = exit_of(reply->code);
	const char *gap = subject ? ": " : "";

	subject = subject ? subject : "";
	if (*rule)
		kith_fail(cli, code, "%s%s%s%s%s", subject, gap, field, *field ? " " : "", rule);
	else if (*meant)
		kith_fail(
			cli, code, "%s%s%s; did you mean %s?", subject, gap, reply->message, meant);
	else
		kith_fail(cli, code, "%s%s%s", subject, gap, reply->message);
	list_candidates(cli, json_object_get(reply->data, "candidates"));
	return code;
}

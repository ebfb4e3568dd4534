/* main.c: the kith command. What it can do is in commands.c; how a run goes is in cli.c. */
#include <stdio.h>

#include "keys/secret.h"
#include "node/cli/cli.h"

int main(int argc, char **argv)
{
	if (kith_keys_init() != 0) {
		fputs("kith: the cryptographic library does not start\n", stderr);
		return KITH_EXIT_FAILED;
	}
	return kith_cli_main(argc, argv);
}

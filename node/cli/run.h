/*
 * run.h: the functions that carry out the commands, one for each row of commands.c, in the cmd_*.c
 * files. Each returns an exit status.
 */
#ifndef KITH_CLI_RUN_H
#define KITH_CLI_RUN_H

struct kith_args;
struct kith_cli;

int kith_run_init(struct kith_cli *cli, const struct kith_args *args);
int kith_run_id(struct kith_cli *cli, const struct kith_args *args);
int kith_run_status(struct kith_cli *cli, const struct kith_args *args);
int kith_run_partner_list(struct kith_cli *cli, const struct kith_args *args);
int kith_run_partner_add(struct kith_cli *cli, const struct kith_args *args);
int kith_run_partner_pause(struct kith_cli *cli, const struct kith_args *args);
int kith_run_partner_resume(struct kith_cli *cli, const struct kith_args *args);
int kith_run_partner_remove(struct kith_cli *cli, const struct kith_args *args);
int kith_run_new(struct kith_cli *cli, const struct kith_args *args);
int kith_run_translate(struct kith_cli *cli, const struct kith_args *args);
int kith_run_answer(struct kith_cli *cli, const struct kith_args *args);
int kith_run_stance(struct kith_cli *cli, const struct kith_args *args);
int kith_run_sign(struct kith_cli *cli, const struct kith_args *args);
int kith_run_accept(struct kith_cli *cli, const struct kith_args *args);
int kith_run_decline(struct kith_cli *cli, const struct kith_args *args);
int kith_run_publish(struct kith_cli *cli, const struct kith_args *args);
int kith_run_check(struct kith_cli *cli, const struct kith_args *args);
int kith_run_show(struct kith_cli *cli, const struct kith_args *args);
int kith_run_find(struct kith_cli *cli, const struct kith_args *args);
int kith_run_links(struct kith_cli *cli, const struct kith_args *args);
int kith_run_follow(struct kith_cli *cli, const struct kith_args *args);
int kith_run_import(struct kith_cli *cli, const struct kith_args *args);
int kith_run_export(struct kith_cli *cli, const struct kith_args *args);
int kith_run_lineage(struct kith_cli *cli, const struct kith_args *args);
int kith_run_plan_status(struct kith_cli *cli, const struct kith_args *args);
int kith_run_report(struct kith_cli *cli, const struct kith_args *args);
int kith_run_check_fit(struct kith_cli *cli, const struct kith_args *args);
int kith_run_path(struct kith_cli *cli, const struct kith_args *args);
int kith_run_balance(struct kith_cli *cli, const struct kith_args *args);
int kith_run_rpc(struct kith_cli *cli, const struct kith_args *args);
int kith_run_help(struct kith_cli *cli, const struct kith_args *args);
int kith_run_version(struct kith_cli *cli, const struct kith_args *args);

#endif

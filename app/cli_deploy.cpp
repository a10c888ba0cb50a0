#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/run/deploy.h"

namespace gaplab::cli {
namespace {

struct DeployArguments {
    std::string run, out;
    DeployOptions options;
};

int deployStudent(const Cli& cli, const DeployArguments& arguments) {
    const Store store = cli.read();
    const Deployed deployed = deployRun(store, store.run(arguments.run).id, arguments.options, arguments.out);
    if (cli.json)
        printJson({{"file", arguments.out},
                   {"architecture", deployed.architecture},
                   {"parameters", deployed.parameters},
                   {"macs", deployed.macs},
                   {"model_card", deployed.card.string()}});
    else
        print(fmt::format(
            "{}: {} with {} parameters and {} multiply-accumulates an image\n{}: what it is, how it was trained and "
            "tested, and what is not known of it\n",
            arguments.out, deployed.architecture, grouped(deployed.parameters), grouped(deployed.macs), deployed.card.string()));
    return 0;
}

}  // namespace

void addDeployCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<DeployArguments>();
    CLI::App* command = addCommand(app, "deploy", "Write the student of a run alone, in plain layers, as safetensors", cli,
                                   [&cli, arguments] { return deployStudent(cli, *arguments); });
    command->add_option("RUN", arguments->run, "Id or uuid of the run")->required();
    command->add_option("--out", arguments->out, "The file to write")->required()->type_name("FILE");
    command->add_option("--epoch", arguments->options.epoch, "best (default), last, or an epoch that was kept")
        ->type_name("EPOCH");
    command->add_flag("--ema", arguments->options.average, "The student of the moving average");
    command->add_flag("--fold", arguments->options.fold, "Fold batch norm into the convolutions before it");
}

}  // namespace gaplab::cli

using AspireKv.Cli;
using AspireKv.Cli.Output;
using AspireKv.Cli.Verbs;

return await CliApp.RunAsync(args, new CliHost(Terminal.OfProcess(), Environment.GetEnvironmentVariable, TimeProvider.System));

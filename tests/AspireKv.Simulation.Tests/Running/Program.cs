using AspireKv.Simulation.Tests.Running;

return CommandLine.Run(args, Console.Out);

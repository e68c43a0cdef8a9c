using AspireKv.EndToEnd.Tests.Nemesis;

return await CommandLine.RunAsync(args, Console.Out);

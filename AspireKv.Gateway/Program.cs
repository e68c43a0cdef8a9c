using AspireKv.Gateway;
using AspireKv.ServiceDefaults;

try
{
    await using var app = GatewayApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartUpFault.Explain(exception) is { } reason)
{
    await Console.Error.WriteLineAsync($"The gateway cannot start: {reason}");
    return 1;
}

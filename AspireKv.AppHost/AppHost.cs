using AspireKv.AppHost;
using AspireKv.AppHost.Chaos;
using AspireKv.AppHost.Growth;
using AspireKv.AppHost.Storage;
using Microsoft.Extensions.Hosting;

if (CommandArguments.AskForHelp(args))
{
    Console.Out.Write(CommandArguments.Usage);
    return 0;
}

if (CommandArguments.FindProblem(args) is { } meaningless)
{
    return Refuse(meaningless);
}

try
{
    var builder = DistributedApplication.CreateBuilder(args);
    OwnSettings.AddBelow(builder.Configuration);
    AspireListeners.AddDefaults(builder.Configuration);

    if (!builder.ExecutionContext.IsRunMode)
    {
        return Refuse(CommandArguments.RunsOnly);
    }

    if (!ClusterHome.TryOpen(builder.Configuration, builder.AppHostDirectory, out var home, out var problem))
    {
        return Refuse(problem);
    }

    using var held = home;

    if (LoginCheck.FindProblem(builder.Environment, builder.Configuration, home.DataRoot) is { } nobody)
    {
        return Refuse(nobody);
    }

    // client -> gateway (port 3000) -> node1 .. nodeN, each with its own name, ports and data directory; auth signs the tokens. Spare nodes
    // wait for a click on Start.
    var auth = builder.AddService<Projects.AspireKv_Auth>("auth")
        .WithIconName("Key")
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", static url => url.DisplayText = "Auth")
        .WithEnvironment("Auth__DataDirectory", home.DataRoot.DirectoryOf("auth"));

    var storage = builder.AddStorageCluster("storage", home, auth);

    // The gateway does not wait for the nodes: with one of them broken, the others must still be served. Its own health says when every
    // partition has a quorum, and that is when the cluster is ready.
    var gateway = builder.AddService<Projects.AspireKv_Gateway>("gateway")
        .WithIconName("Router")
        .WithHttpEndpoint(port: home.Settings.GatewayPort, isProxied: false)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health/all")
        .WithGatewayLinks()
        .WithReadyNotice()
        .WithReference(auth)
        .WithStorageCluster(storage)
        .WaitFor(auth);

    storage.WithLeavingNodes(gateway, home);
    if (builder.Environment.IsDevelopment())
    {
        storage.WithMemberCommands(gateway, home);
        storage.WithChaosCommands(home);
        gateway.WithKeyCheckCommands(home.DataRoot);
    }

    await builder.RunToTheEndAsync();
    return 0;
}
catch (Exception exception) when (StartFault.Explain(exception) is { } reason)
{
    return Refuse(reason);
}

// In the words in which the services refuse.
static int Refuse(string reason)
{
    Console.Error.WriteLine($"The AppHost cannot start: {reason}");
    return 1;
}

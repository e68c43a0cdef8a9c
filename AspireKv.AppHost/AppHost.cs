using AspireKv.AppHost;

// client -> gateway (port 3000) -> node1 .. nodeN, each with its own name, ports and data directory; auth signs the tokens.
var builder = DistributedApplication.CreateBuilder(args);

using var cluster = ClusterSetup.Prepare(builder.Configuration, builder.AppHostDirectory, out var problem);
if (cluster is null)
{
    Console.Error.WriteLine(problem);
    return 1;
}

var auth = builder.AddProject<Projects.AspireKv_Auth>("auth", launchProfileName: null)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Auth__DataDirectory", cluster.DataRoot.DirectoryOf("auth"))
    .WithServiceEnvironment(builder.Environment);

var nodes = builder.AddStorageCluster(cluster, auth);

// The gateway does not wait for the nodes: with one of them broken, the others must still be served. Its own health says when every
// partition has a quorum, and that is when the cluster is ready.
builder.AddProject<Projects.AspireKv_Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(port: cluster.Settings.GatewayPort, isProxied: false)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(auth)
    .WithStorageCluster(nodes)
    .WithServiceEnvironment(builder.Environment)
    .WaitFor(auth);

builder.Build().Run();
return 0;

using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.StartUp;

namespace AspireKv.StorageNode;

/// <summary>Puts the storage node together.</summary>
internal static class StorageNodeApp
{
    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes to the host, made before its own parts are added; for tests.</param>
    /// <exception cref="StartUpException">The node must not start.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        configure?.Invoke(builder);
        builder.AddStorageNode();
        var app = builder.Build();
        app.OpenStorage();
        app.UseRequestMetrics();
        app.MapDefaultEndpoints();
        return app;
    }

    /// <summary>What a command needs that works on the files of a node and opens none of them as its own.</summary>
    public static WebApplication BuildForFiles(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        builder.AddNodeStorage();
        return builder.Build();
    }
}

using AspireKv.ServiceDefaults;
using AspireKv.StorageNode;
using AspireKv.StorageNode.Rebuild;
using AspireKv.StorageNode.Storage;

return args switch
{
    [SetAside.Command, ..] => await StartUp.RunAsync(BuildForFiles, SetAside.RunAsync),
    [AcceptLoss.Command, ..] => await StartUp.RunAsync(BuildNode, AcceptLoss.RunAsync),
    _ => await StartUp.RunAsync(BuildNode, static app => app.RunAsync()),
};

WebApplication BuildForFiles()
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.AddServiceDefaults();
    builder.AddNodeStorage();
    return builder.Build();
}

WebApplication BuildNode()
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.AddServiceDefaults();
    builder.AddStorageNode();
    var app = builder.Build();
    app.OpenStorage();
    app.UseRequestMetrics();
    app.MapDefaultEndpoints();
    return app;
}

using AspireKv.ServiceDefaults;
using AspireKv.StorageNode;
using AspireKv.StorageNode.Rebuild;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddStorageNode();

return await StartUp.RunAsync(
    () =>
    {
        var app = builder.Build();
        app.OpenStorage();
        app.UseRequestMetrics();
        app.MapDefaultEndpoints();
        return app;
    },
    run: args is [AcceptLoss.Command] ? AcceptLoss.RunAsync : static app => app.RunAsync());

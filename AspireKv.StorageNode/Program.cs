using AspireKv.ServiceDefaults;
using AspireKv.StorageNode;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddStorageNode();

return await StartUp.RunAsync(() =>
{
    var app = builder.Build();
    app.OpenStorage();
    app.UseRequestMetrics();
    app.MapDefaultEndpoints();
    return app;
});

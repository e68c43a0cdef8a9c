using AspireKv.PlantedBugs;
using AspireKv.ServiceDefaults;
using AspireKv.StorageNode;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
Bugs.Plant(builder.Services, builder.Configuration["PlantedBug"] ?? "");
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
    run: static app => app.RunAsync());

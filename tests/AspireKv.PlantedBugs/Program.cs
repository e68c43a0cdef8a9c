using AspireKv.PlantedBugs;
using AspireKv.ServiceDefaults;
using AspireKv.StorageNode;

return await StartUp.RunAsync(
    () =>
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        Bugs.Plant(builder.Services, builder.Configuration["PlantedBug"] ?? "");
        builder.AddStorageNode();
        var app = builder.Build();
        app.OpenStorage();
        app.UseRequestMetrics();
        app.MapDefaultEndpoints();
        return app;
    },
    run: static app => app.RunAsync());

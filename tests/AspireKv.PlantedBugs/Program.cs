using AspireKv.PlantedBugs;
using AspireKv.StorageNode;

return await NodeLives.RunAsync(
    () => StorageNodeApp.Build(args, static builder => Bugs.Plant(builder.Services, builder.Configuration["PlantedBug"] ?? "")),
    run: static app => app.RunAsync());

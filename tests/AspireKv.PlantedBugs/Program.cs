using AspireKv.PlantedBugs;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode;

return await StorageNodeApp.Service.RunAsync(args, static settings => NodeLives.RunAsync(
    () => StorageNodeApp.Build(settings, static builder => Bugs.Plant(builder.Services, builder.Configuration["PlantedBug"] ?? "")),
    ServiceRunner.RunHostAsync));

using AspireKv.PlantedBugs;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode;

return await StorageNodeApp.Service.RunAsync(args, () => NodeLives.RunAsync(
    () => StorageNodeApp.Build(args, static builder => Bugs.Plant(builder.Services, builder.Configuration["PlantedBug"] ?? "")),
    ServiceRunner.RunHostAsync));

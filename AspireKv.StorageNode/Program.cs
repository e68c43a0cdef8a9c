using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode;
using AspireKv.StorageNode.Commands;

return await StorageNodeApp.Service.RunAsync(args, () => args switch
{
    [SetAside.Command, ..] => NodeLives.RunAsync(() => StorageNodeApp.BuildForFiles(args), SetAside.RunAsync),
    [AcceptLoss.Command, .. var more] => NodeLives.RunAsync(
        () => StorageNodeApp.Build(args),
        app => AcceptLoss.RunAsync(app, [.. more.TakeWhile(static argument => !argument.StartsWith("--", StringComparison.Ordinal))])),
    _ => NodeLives.RunAsync(() => StorageNodeApp.Build(args), ServiceRunner.RunHostAsync),
});

using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode;
using AspireKv.StorageNode.Commands;

return args switch
{
    [SetAside.Command, ..] => await NodeLives.RunAsync(() => StorageNodeApp.BuildForFiles(args), SetAside.RunAsync),
    [AcceptLoss.Command, ..] => await NodeLives.RunAsync(() => StorageNodeApp.Build(args), AcceptLoss.RunAsync),
    _ => await NodeLives.RunAsync(() => StorageNodeApp.Build(args), ServiceRunner.RunHostAsync),
};

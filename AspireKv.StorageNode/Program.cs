using AspireKv.StorageNode;
using AspireKv.StorageNode.Commands;



return args switch
{
    [SetAside.Command, ..] => await StartUp.RunAsync(() => StorageNodeApp.BuildForFiles(args), SetAside.RunAsync),
    [AcceptLoss.Command, ..] => await StartUp.RunAsync(() => StorageNodeApp.Build(args), AcceptLoss.RunAsync),
    _ => await StartUp.RunAsync(() => StorageNodeApp.Build(args), static app => app.RunAsync()),
};

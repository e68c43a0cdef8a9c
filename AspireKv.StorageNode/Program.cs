using AspireKv.StorageNode;

return await StorageNodeApp.Service.RunAsync(args, StorageNodeApp.RunAsync);

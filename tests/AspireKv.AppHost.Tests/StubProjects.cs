// What the build generates for AppHost.cs; here nothing is ever started from it.
namespace Projects;

internal sealed class AspireKv_StorageNode : IProjectMetadata
{
    public string ProjectPath => "/nowhere/AspireKv.StorageNode/AspireKv.StorageNode.csproj";
}

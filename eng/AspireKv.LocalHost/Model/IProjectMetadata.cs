namespace Aspire.Hosting;

/// <summary>Which project a generated <c>Projects.X</c> class stands for.</summary>
public interface IProjectMetadata
{
    /// <summary>Absolute path of the project file.</summary>
    string ProjectPath { get; }
}

/// <summary>What the build knows beyond Aspire's interface, so that nothing is built or looked for when the application starts.</summary>
public interface IBuiltProjectMetadata : IProjectMetadata
{
    /// <summary>Absolute path of the built assembly.</summary>
    string AssemblyPath { get; }
}

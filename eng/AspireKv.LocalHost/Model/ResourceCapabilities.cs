namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that is configured through environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that listens somewhere.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource whose endpoints others find by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>A resource that can start after another.</summary>
public interface IResourceWithWaitSupport : IResource;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that the application was started with.</summary>
public sealed class ParameterResource : IResource
{
    internal ParameterResource(string name, string value, bool secret) => (Name, Value, Secret) = (name, value, secret);

    public string Name { get; }

    public bool Secret { get; }

    internal string Value { get; }
}

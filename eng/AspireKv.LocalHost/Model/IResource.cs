namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: something with a name that the dashboard shows.</summary>
public interface IResource
{
    string Name { get; }
}

using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>
/// The names of all options that a program can read. A class of options names its section in a constant <c>SectionName</c>; an option of
/// its own names itself in a constant <c>ConfigurationKey</c>.
/// </summary>
internal sealed class OptionNames
{
    private const string OwnAssemblies = "AspireKv.";

    /// <summary>Single values.</summary>
    private readonly SortedSet<string> _leaves = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lists and dictionaries, whose members have names of their own; to each, how its first member is written.</summary>
    private readonly SortedDictionary<string, string> _collections = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that has options below it.</summary>
    private readonly HashSet<string> _sections = new(StringComparer.OrdinalIgnoreCase);

    private OptionNames(IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            if (Constant(type, "SectionName") is { } section)
            {
                AddSection(section);
                AddProperties(section, type);
            }

            if (Constant(type, "ConfigurationKey") is { } key)
            {
                AddSection(key[..key.LastIndexOf(':')]);
                _leaves.Add(key);
            }
        }
    }

    /// <summary>Every option, as the documentation names it.</summary>
    public IEnumerable<string> Leaves => _leaves.Concat(_collections.Keys).Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options of a program and of the solution's assemblies below it.</summary>
    public static OptionNames Of(Assembly program)
    {
        var found = new List<Assembly>();
        var open = new Queue<Assembly>([program]);
        while (open.TryDequeue(out var assembly))
        {
            if (!found.Contains(assembly))
            {
                found.Add(assembly);
                assembly.GetReferencedAssemblies()
                    .Where(static name => name.Name!.StartsWith(OwnAssemblies, StringComparison.Ordinal))
                    .Select(Assembly.Load).ToList().ForEach(open.Enqueue);
            }
        }

        return new OptionNames(found.SelectMany(static assembly => assembly.GetTypes()));
    }

    /// <summary>Whether there is such an option. How members of a collection are written is left to <see cref="FindUnknown"/>.</summary>
    public bool IsKnown(string key) =>
        _leaves.Contains(key) || _collections.ContainsKey(key)
        || _collections.Keys.Any(collection => key.StartsWith(collection + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether there are options below this name. Hosts that hand on their configuration name sections too.</summary>
    public bool IsSection(string key) => _sections.Contains(key);

    /// <summary>A sentence about the first name in a section of ours that is no option; null when there is none.</summary>
    /// <param name="configuration">What is set.</param>
    /// <param name="sharedSections">Sections of which only the options that this program reads are judged.</param>
    public string? FindUnknown(IConfiguration configuration, IReadOnlyList<string> sharedSections)
    {
        var roots = _sections.Where(static section => !section.Contains(':', StringComparison.Ordinal)).ToList();
        foreach (var top in configuration.GetChildren())
        {
            if (roots.Contains(top.Key, StringComparer.OrdinalIgnoreCase))
            {
                if (FindFault(top, sharedSections.Contains(top.Key, StringComparer.OrdinalIgnoreCase)) is { } fault)
                {
                    return fault;
                }
            }
            else if (top.GetChildren().Any() && Spelling.FindNearest(top.Key, roots) is { } nearest)
            {
                return $"{top.Key} is no section of options (did you mean {nearest}?).";
            }
        }

        return null;
    }

    private string? FindFault(IConfigurationSection section, bool isShared)
    {
        foreach (var child in section.GetChildren())
        {
            // Neither a section has a value, nor a value members.
            var isSection = _sections.Contains(child.Path);
            var fault = _collections.TryGetValue(child.Path, out var example) ? FindMisplaced(child, example)
                : (isSection && string.IsNullOrEmpty(child.Value)) || (_leaves.Contains(child.Path) && child.Value is not null)
                ? FindFault(child, isShared)
                : isShared ? null : Explain(child.Path);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>
    /// The binder takes the values right below a collection, and neither the collection's own nor anything deeper. An empty one is how a
    /// settings file says that there are no members.
    /// </summary>
    private static string? FindMisplaced(IConfigurationSection collection, string example)
    {
        var misplaced = string.IsNullOrEmpty(collection.Value)
            ? collection.GetChildren().SelectMany(static member => member.GetChildren()).FirstOrDefault()
            : collection;
        return misplaced is null
            ? null
            : $"{misplaced.Path} takes no value: {collection.Path} has several, and the first is written {example}.";
    }

    private string Explain(string path) =>
        $"{path} is no option{(Spelling.FindNearest(path, Leaves) is { } nearest ? $" (did you mean {nearest}?)" : "")}.";

    private void AddSection(string section)
    {
        for (var end = section.Length; end > 0; end = section.LastIndexOf(':', end - 1))
        {
            _sections.Add(section[..end]);
        }
    }

    private void AddProperties(string section, Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = $"{section}:{property.Name}";
            if (property.PropertyType.Assembly.GetName().Name!.StartsWith(OwnAssemblies, StringComparison.Ordinal)
                && property.PropertyType.IsClass)
            {
                AddSection(name);
                AddProperties(name, property.PropertyType);
            }
            else if (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
            {
                // What is computed from other options cannot be set; a list that is there can be filled.
                if (property.CanWrite || property.PropertyType.IsAssignableTo(typeof(IDictionary)))
                {
                    _collections[name] = $"{name}:{(property.PropertyType.IsAssignableTo(typeof(IDictionary)) ? 1 : 0)}";
                }
            }
            else if (property.CanWrite)
            {
                _leaves.Add(name);
            }
        }
    }

    private static string? Constant(Type type, string name) =>
        type.GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static) is { IsLiteral: true } field
            ? (string?)field.GetRawConstantValue()
            : null;
}

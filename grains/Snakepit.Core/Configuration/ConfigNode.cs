using System.Globalization;

namespace Snakepit.Core.Configuration;

/// <summary>A configuration value or section, whatever file or variable it came from. Names compare without case.</summary>
public sealed class ConfigNode(string path)
{
    private readonly SortedDictionary<string, ConfigNode> _children = new(KeyOrder.Instance);

    public string Path { get; } = path;

    public string? Value { get; set; }

    public IReadOnlyDictionary<string, ConfigNode> Children => _children;

    public bool IsEmpty => Value is null && _children.Count == 0;

    /// <summary>The child of that name, made when missing.</summary>
    public ConfigNode Child(string name)
    {
        if (!_children.TryGetValue(name, out var child))
            _children.Add(name, child = new ConfigNode(Path.Length == 0 ? name : $"{Path}:{name}"));
        return child;
    }

    /// <summary>Builds a tree from flat <c>A:B:0:C</c> keys.</summary>
    public static ConfigNode FromFlat(string path, IEnumerable<KeyValuePair<string, string?>> values)
    {
        var root = new ConfigNode(path);
        foreach (var (key, value) in values)
        {
            var node = root;
            foreach (var name in key.Split(':', StringSplitOptions.RemoveEmptyEntries))
                node = node.Child(name);
            if (value is not null)
                node.Value = value;
        }

        return root;
    }

    /// <summary>List indices first, in number order, then names in letter order; mixed they would run in a circle: 2, 10, 1a, 2.</summary>
    private sealed class KeyOrder : IComparer<string>
    {
        public static readonly KeyOrder Instance = new();

        public int Compare(string? x, string? y) => (Index(x), Index(y)) switch
        {
            (int left, int right) when left != right => left.CompareTo(right),
            (int, null) => -1,
            (null, int) => 1,
            _ => StringComparer.OrdinalIgnoreCase.Compare(x, y),
        };

        private static int? Index(string? name) =>
            int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }
}

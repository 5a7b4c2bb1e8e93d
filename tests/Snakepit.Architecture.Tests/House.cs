using System.Reflection;
using System.Text.RegularExpressions;

namespace Snakepit.Architecture.Tests;

/// <summary>The assemblies whose shape is guarded.</summary>
internal static class House
{
    public static readonly Assembly Words = typeof(Pools.IPoolGrain).Assembly;
    public static readonly Assembly Core = typeof(Snakepit.Core.Scheduling.PoolScheduler).Assembly;
    public static readonly Assembly Grains = typeof(Snakepit.Grains.Hosting.SnakepitGrainsExtensions).Assembly;
    public static readonly Assembly Workers = typeof(Snakepit.Workers.Host.WorkerHost).Assembly;
    public static readonly Assembly Client = typeof(Snakepit.Client.ISnakepitClient).Assembly;
    public static readonly Assembly Hosting = typeof(Snakepit.Hosting.SnakepitSiloExtensions).Assembly;
    public static readonly Assembly AspNetCore = typeof(Snakepit.AspNetCore.SnakepitHttpExtensions).Assembly;
    public static readonly Assembly Testing = typeof(Snakepit.Testing.SnakepitTestHost).Assembly;
    public static readonly Assembly Silo = Assembly.Load("snakepit");

    /// <summary>Every assembly of the product. Their namespaces see each other one way. A new assembly belongs here.</summary>
    public static readonly Assembly[] All = [Words, Core, Grains, Workers, Client, Hosting, AspNetCore, Testing, Silo];

    /// <summary>Folder of the solution.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Snakepit.Orleans.sln")))
                folder = folder.Parent!;
            return folder.FullName;
        }
    }

    /// <summary>Files that people write and read: code, scripts and documents.</summary>
    public static IEnumerable<string> Texts =>
    [
        .. CodeFolders.SelectMany(Files),
        .. Files("python", "*.py"),
        .. Files("scripts", "*.sh"),
        .. Files("docs", "*.md"),
        .. Documents.Select(name => Path.Combine(Root, name)),
    ];

    private static string[] CodeFolders => ["grain-interfaces", "grains", "silo", "client-sdk", "samples", "bench", "tests"];

    private static string[] Documents => ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

    /// <summary>The C# files under a folder of the solution, without what builds leave there.</summary>
    public static IEnumerable<string> Files(string folder) => Files(folder, "*.cs");

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        .Where(file => !Regex.IsMatch(Path.GetRelativePath(Root, file), @"[\\/](obj|bin|build|\.venv)[\\/]"));
}

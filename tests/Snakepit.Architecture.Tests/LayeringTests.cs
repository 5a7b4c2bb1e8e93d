using System.Reflection;

namespace Snakepit.Architecture.Tests;

/// <summary>References point one way: words ← core ← grains and workers ← hosting ← HTTP ← program, words ← client.</summary>
public sealed class LayeringTests
{
    /// <summary>What Orleans calls its connections by. No web server is in it.</summary>
    private const string OrleansConnections = "Microsoft.AspNetCore.Connections.Abstractions";

    [Fact]
    public void The_words_see_nothing_of_ours() => Assert.Empty(Ours(House.Words));

    [Fact]
    public void The_core_sees_the_words_alone()
    {
        Assert.Equal(["Snakepit.GrainInterfaces"], Ours(House.Core));
        Assert.DoesNotContain(
            References(House.Core), name => IsOrleans(name) || name.StartsWith("Microsoft.", StringComparison.Ordinal) || IsGrpc(name));
    }

    [Fact]
    public void Grains_see_neither_workers_nor_grpc()
    {
        Assert.Equal(["Snakepit.Core", "Snakepit.GrainInterfaces"], Ours(House.Grains));
        Assert.DoesNotContain(References(House.Grains), IsGrpc);
    }

    [Fact]
    public void Workers_do_not_see_orleans()
    {
        Assert.Equal(["Snakepit.Core", "Snakepit.GrainInterfaces", "Snakepit.Protos"], Ours(House.Workers));
        Assert.DoesNotContain(References(House.Workers), IsOrleans);
    }

    [Fact]
    public void The_client_sees_the_words_alone()
    {
        Assert.Equal(["Snakepit.GrainInterfaces"], Ours(House.Client));
        Assert.DoesNotContain(References(House.Client), name => name == "Orleans.Runtime" || IsGrpc(name));
    }

    [Fact]
    public void Hosting_puts_the_house_together_and_knows_no_web_server()
    {
        Assert.Equal(
            ["Snakepit.Client", "Snakepit.Core", "Snakepit.GrainInterfaces", "Snakepit.Grains", "Snakepit.Workers"], Ours(House.Hosting));
        Assert.DoesNotContain(References(House.Hosting), name =>
            name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && name != OrleansConnections);
    }

    [Fact]
    public void The_http_library_does_not_see_the_program() => Assert.DoesNotContain("snakepit", References(House.AspNetCore));

    [Fact]
    public void Fake_workers_need_neither_real_ones_nor_hosting() => Assert.Equal(
        ["Snakepit.Client", "Snakepit.Core", "Snakepit.GrainInterfaces", "Snakepit.Grains"], Ours(House.Testing));

    [Fact]
    public void The_core_starts_no_tasks_and_reads_no_clock()
    {
        var text = string.Join('\n', Sources("grains/Snakepit.Core"));

        Assert.DoesNotMatch(
            @"DateTime(Offset)?\.(Utc)?Now|Stopwatch|Environment\.TickCount|TimeProvider\.System|Task\.Run|Task\.Delay|Thread\.|lock \(",
            text);
    }

    [Fact]
    public void No_namespace_shadows_the_framework() =>
        Assert.DoesNotContain(
            House.All.SelectMany(assembly => assembly.GetTypes()),
            type => type.Namespace?.StartsWith("Snakepit.Orleans", StringComparison.Ordinal) == true);

    [Fact]
    public void Every_grain_interface_and_method_has_an_alias()
    {
        var interfaces = House.Words.GetTypes()
            .Where(type => type.IsInterface && type.GetInterfaces().Any(parent => parent.Name == "IGrainWithStringKey"))
            .ToList();

        Assert.NotEmpty(interfaces);
        Assert.All(interfaces, type => Assert.Contains(type.CustomAttributes, HasAlias));
        Assert.All(interfaces.SelectMany(type => type.GetMethods()), method => Assert.Contains(method.CustomAttributes, HasAlias));
    }

    [Fact]
    public void Source_files_stay_short()
    {
        var long300 = new[] { "grain-interfaces", "grains", "silo", "client-sdk", "samples", "bench", "tests" }
            .SelectMany(House.Files)
            .Where(file => File.ReadLines(file).Count() > 300)
            .Select(file => Path.GetRelativePath(House.Root, file));

        Assert.Empty(long300);
    }

    [Fact]
    public void Modules_of_the_worker_stay_below_200_lines()
    {
        var modules = Directory.GetFiles(
            Path.Combine(House.Root, "python", "src", "snakepit_bridge"), "*.py", SearchOption.AllDirectories);

        Assert.NotEmpty(modules);
        Assert.Empty(modules.Where(file => File.ReadLines(file).Count() >= 200).Select(Path.GetFileName));
    }

    private static bool HasAlias(CustomAttributeData attribute) => attribute.AttributeType.Name == "AliasAttribute";

    private static bool IsOrleans(string name) => name.StartsWith("Orleans", StringComparison.Ordinal);

    private static bool IsGrpc(string name) => name.StartsWith("Grpc", StringComparison.Ordinal) || name == "Google.Protobuf";

    private static IEnumerable<string> References(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

    private static string[] Ours(Assembly assembly) =>
        [.. References(assembly).Where(name => name.StartsWith("Snakepit", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Sources(string folder) => House.Files(folder).Select(File.ReadAllText);
}

using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Snakepit.Client.Tests;

/// <summary>Frontends run on Windows and macOS too, so the client's assembly has nothing of one system.</summary>
public sealed class ReferenceTests
{
    private static readonly Assembly Client = typeof(ISnakepitClient).Assembly;

    private static readonly string[] Allowed = ["System.", "Microsoft.Extensions.", "Microsoft.AspNetCore.Connections.", "Orleans."];

    private static readonly string[] AllowedNames = ["Npgsql", "Snakepit.GrainInterfaces"];

    [Fact]
    public void The_client_references_the_words_the_orleans_client_and_the_database_driver_alone() => Assert.All(
        Client.GetReferencedAssemblies().Select(reference => reference.Name!),
        name => Assert.True(
            AllowedNames.Contains(name)
                || (name != "Orleans.Runtime" && Array.Exists(Allowed, start => name.StartsWith(start, StringComparison.Ordinal))),
            $"The client references {name}."));

    [Fact]
    public void It_calls_no_native_code()
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        Assert.DoesNotContain(
            Client.GetTypes().SelectMany(type => type.GetMethods(All)), method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl));
    }

    [Fact]
    public void It_names_no_path_of_a_unix_system()
    {
        using var file = new PEReader(File.OpenRead(Client.Location));
        var reader = file.GetMetadataReader();
        var texts = new List<string>();
        for (var text = MetadataTokens.UserStringHandle(1); !text.IsNil; text = reader.GetNextHandle(text))
            texts.Add(reader.GetUserString(text));

        Assert.NotEmpty(texts);
        string[] folders = ["/proc", "/dev/", "/tmp", "/etc/", "/var/", "/run/", "/usr/"];
        Assert.DoesNotContain(texts, text => Array.Exists(folders, folder => text.Contains(folder, StringComparison.Ordinal)));
    }
}

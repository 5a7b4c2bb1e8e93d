using System.Runtime.Versioning;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Startup;

[SupportedOSPlatform("linux")]
public sealed class UnfitFolderTests
{
    [Fact]
    public async Task A_runtime_folder_that_everybody_can_write_is_one_clear_error()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], shell: "chmod 777 \"$XDG_RUNTIME_DIR\"; exec \"$@\"");

        var code = await silo.ExitAsync();

        AssertClear(silo, code, "everybody may replace what is in", "its mode is 777", "XDG_RUNTIME_DIR");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(silo.Folder, "run")));
    }

    [Fact]
    public async Task A_runtime_folder_whose_path_is_too_long_is_one_clear_error()
    {
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool()], shell: $"export XDG_RUNTIME_DIR=\"$0/{new string('x', 90)}\"; mkdir \"$XDG_RUNTIME_DIR\"; exec \"$@\"");

        AssertClear(silo, await silo.ExitAsync(), "is too long: a socket path has room for 107 bytes", "XDG_RUNTIME_DIR");
    }

    [Theory]
    [InlineData("mkdir -p \"$0/data\"; chmod 777 \"$0/data\"", "everybody may replace what is in")]
    [InlineData("mkdir -p \"$0/data/snakepit\"; chmod 770 \"$0/data/snakepit\"", "may be written by others")]
    [InlineData("mkdir -p \"$0/data\"; ln -s /tmp \"$0/data/snakepit\"", "is a symbolic link")]
    public async Task A_data_folder_that_others_can_get_at_is_one_clear_error(string prepare, string problem)
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], shell: $"{prepare}; exec \"$@\"");

        AssertClear(silo, await silo.ExitAsync(), "The data folder", problem, "Snakepit:DataDir");
    }

    private static void AssertClear(SiloUnderTest silo, int code, params string[] said)
    {
        Assert.Equal(2, code);
        Assert.All(said, words => Assert.Contains(words, silo.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }
}

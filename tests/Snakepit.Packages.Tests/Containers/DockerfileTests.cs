using Snakepit.TestKit;

namespace Snakepit.Packages.Tests.Containers;

/// <summary>The Dockerfiles consist of steps that <see cref="FreshCheckout"/> runs.</summary>
[Collection(FreshCollection.Name), Trait("Speed", "Slow")]
public sealed class DockerfileTests(FreshCheckout fresh)
{
    [Theory]
    [InlineData("silo/Dockerfile")]
    [InlineData("samples/WebFrontend/Dockerfile")]
    public void Every_step_is_a_script_and_every_file_that_is_copied_is_in_the_context(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Places.Root, file)).Select(line => line.Split(' ')).ToList();
        var commands = lines.Where(words => words[0] == "RUN").Select(words => words[1]).ToList();
        var sources =
            from words in lines
            where words[0] == "COPY" && !words[1].StartsWith("--", StringComparison.Ordinal)
            from source in words[1..^1]
            select source;

        Assert.All(commands, command => Assert.True(
            command == "install" || File.Exists(Path.Combine(fresh.Source, "deploy", "docker", Path.GetFileName(command))), command));
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(fresh.Source, source)), source));
        Assert.Contains(lines, words => words is ["USER", "app"]);
    }

    [Fact]
    public void The_steps_make_a_silo_a_frontend_and_a_Python()
    {
        Assert.True(File.Exists(Path.Combine(fresh.Silo, "bin", "snakepit")));
        Assert.True(File.Exists(Path.Combine(fresh.Web, "Snakepit.Samples.WebFrontend")));
        Assert.True(File.Exists(Path.Combine(fresh.Web, "data", "documents", "tides.txt")));
        Assert.True(File.Exists(Path.Combine(fresh.Python, "bin", "python")));
        Assert.NotEmpty(fresh.SystemPackages);
    }
}

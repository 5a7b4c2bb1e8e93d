using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Options;

public sealed class PoolOptionsTests
{
    [Fact]
    public void The_adapter_may_be_named_by_itself()
    {
        Assert.Equal("app.Adapter", new PoolOptions { AdapterModule = "app.Adapter" }.Adapter);
    }

    [Fact]
    public void The_adapter_may_be_named_among_the_arguments()
    {
        Assert.Equal("app.Adapter", new PoolOptions { AdapterArgs = ["--verbose", "--adapter", "app.Adapter"] }.Adapter);
    }

    [Fact]
    public void Without_a_name_there_is_no_adapter()
    {
        Assert.Null(new PoolOptions { AdapterArgs = ["--verbose", "--adapter"] }.Adapter);
    }

    [Theory]
    [InlineData(new[] { "--verbose", "--adapter", "app.Adapter", "-x" }, new[] { "--verbose", "-x" })]
    [InlineData(new[] { "--adapter", "app.Adapter" }, new string[0])]
    [InlineData(new[] { "--verbose", "--adapter" }, new[] { "--verbose" })]
    [InlineData(new[] { "--verbose" }, new[] { "--verbose" })]
    [InlineData(new string[0], new string[0])]
    public void The_other_arguments_are_those_without_the_adapter(string[] args, string[] expected)
    {
        Assert.Equal(expected, new PoolOptions { AdapterArgs = args }.ExtraArgs);
    }

    [Fact]
    public void Relative_search_folders_start_at_the_given_folder()
    {
        var pool = new PoolOptions { PythonPath = ["adapters", "../shared", Absolute("/opt/lib")] }.Rooted(Absolute("/etc/snakepit"));

        Assert.Equal([Absolute("/etc/snakepit/adapters"), Absolute("/etc/shared"), Absolute("/opt/lib")], pool.PythonPath);
    }

    [Fact]
    public void An_interpreter_with_a_folder_is_a_path()
    {
        var pool = new PoolOptions { PythonExecutable = "venv/bin/python" }.Rooted(Absolute("/etc/snakepit"));

        Assert.Equal(Absolute("/etc/snakepit/venv/bin/python"), pool.PythonExecutable);
    }

    [Theory]
    [InlineData("python3")]
    [InlineData(null)]
    public void An_interpreter_without_a_folder_is_a_command(string? command)
    {
        Assert.Equal(command, new PoolOptions { PythonExecutable = command }.Rooted(Absolute("/etc/snakepit")).PythonExecutable);
    }

    [Fact]
    public void Rooting_the_options_roots_their_pools()
    {
        var written = new SnakepitOptions { DataDir = "data", Pools = [new PoolOptions { PythonPath = ["adapters"] }] };

        var options = written.Rooted(Absolute("/etc/snakepit"));

        Assert.Equal(
            (Absolute("/etc/snakepit/data"), Absolute("/etc/snakepit/adapters")),
            (options.DataDir, options.Pools[0].PythonPath[0]));
    }

    private static string Absolute(string path) => Path.GetFullPath(path);
}

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.AspNetCore.Problems;

/// <summary>How much a frontend tells of failed calls.</summary>
public sealed class SnakepitProblemOptions
{
    /// <summary>Default: <see cref="ErrorDetail.Message"/>, which leaves out tracebacks, numbers of processes and folders.</summary>
    public ErrorDetail Detail { get; set; } = ErrorDetail.Message;
}

/// <summary>Answers an uncaught <see cref="SnakepitException"/> with its problem document.</summary>
internal sealed class SnakepitExceptionHandler(
    IProblemDetailsService problems, IOptions<SnakepitProblemOptions> options) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not SnakepitException { Failure: var failure })
            return false;
        var problem = SnakepitProblems.From(failure, options.Value.Detail);
        http.Response.StatusCode = problem.Status!.Value;
        SnakepitProblems.AddHeaders(http.Response, failure);
        return await problems.TryWriteAsync(
            new ProblemDetailsContext { HttpContext = http, ProblemDetails = problem, Exception = exception });
    }
}

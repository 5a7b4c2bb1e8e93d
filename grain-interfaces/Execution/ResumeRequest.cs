namespace Snakepit.Execution;

/// <summary>Asks for the answer of a call whose way back may be broken.</summary>
/// <param name="CallId">The name that the call was sent with.</param>
/// <param name="Budget">What is left of its budget.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.ResumeRequest")]
public sealed record ResumeRequest([property: Id(0)] Guid CallId, [property: Id(1)] TimeSpan Budget) : IBudgeted;

namespace Bongsu.Query.LogQL.Templates;

// The syntax tree in one file: it is one closed family, read side by side.

/// <summary>A piece of a template, immutable.</summary>
internal abstract record TemplateNode;

internal sealed record TextNode(string Text) : TemplateNode;

internal sealed record PrintNode(Pipe Pipe) : TemplateNode;

/// <summary><c>if</c>, <c>with</c> (which moves the dot) and their else branch.</summary>
internal sealed record BranchNode(Pipe Condition, bool MovesDot, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

internal sealed record RangeNode(Pipe Items, string? KeyVariable, string? ItemVariable, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else)
    : TemplateNode;

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed record LoopNode(bool IsBreak) : TemplateNode;

/// <summary>Commands fed from left to right; the outcome may go into a variable, then nothing is printed.</summary>
internal sealed record Pipe(string? Variable, IReadOnlyList<IReadOnlyList<Operand>> Commands);

internal abstract record Operand;

internal sealed record LiteralOperand(object? Value) : Operand;

/// <summary><c>.</c> or <c>.a.b</c>.</summary>
internal sealed record FieldOperand(IReadOnlyList<string> Names) : Operand;

internal sealed record VariableOperand(string Name, IReadOnlyList<string> Names) : Operand;

internal sealed record FunctionOperand(string Name) : Operand;

internal sealed record PipeOperand(Pipe Pipe, IReadOnlyList<string> Names) : Operand;

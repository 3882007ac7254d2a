using System.Text;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>A compiled template of a format stage. Immutable and thread-safe.</summary>
internal sealed class LineTemplate
{
    /// <summary>Most characters that one line's rendering may give.</summary>
    private const int MaxOutput = 256 * 1024;

    /// <summary>Most parts of the template that are run for one line, those in loops each time.</summary>
    private const int MaxSteps = 100_000;

    private readonly IReadOnlyList<TemplateNode> _nodes;

    private LineTemplate(string text, IReadOnlyList<TemplateNode> nodes)
    {
        Text = text;
        _nodes = nodes;
        Fields = TemplateFields.Of(nodes);
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>Labels that it reads; null when that shows only with a line.</summary>
    public IReadOnlySet<string>? Fields { get; }

    /// <summary>The labels that are known to be read.</summary>
    public IEnumerable<string> Names => Fields is { } fields ? fields : [];

    public static LineTemplate Parse(string text, int position) => new(text, new TemplateParser(text, position).Parse());

    public bool TryRender(LineState line, out string text, out string problem)
    {
        var run = new Run(line);
        try
        {
            run.Render(_nodes, line);
            (text, problem) = (run.Output.ToString(), "");
            return true;
        }
        catch (TemplateException e)
        {
            (text, problem) = ("", e.Message);
            return false;
        }
    }

    /// <summary>One rendering: output so far and variables.</summary>
    private sealed class Run(LineState line)
    {
        // $ is what the template began with.
        private readonly Dictionary<string, object?> _variables = new() { ["$"] = line };

        private int _steps;

        public StringBuilder Output { get; } = new();

        /// <summary>Renders up to the end, or to a <c>break</c> or <c>continue</c>, which it gives back.</summary>
        public LoopNode? Render(IReadOnlyList<TemplateNode> nodes, object? dot)
        {
            foreach (var node in nodes)
            {
                Spend(1);
                switch (node)
                {
                    case TextNode literal: Write(literal.Text); break;
                    case PrintNode print: Print(print.Pipe, dot); break;
                    case BranchNode branch when Branch(branch, dot) is { } left: return left;
                    case RangeNode range: Range(range, dot); break;
                    case LoopNode loop: return loop;
                }
            }
            return null;
        }

        // Loops in loops over JSON could go on for hours without a character of output.
        private void Spend(int steps)
        {
            _steps += steps;
            if (_steps > MaxSteps)
                throw new TemplateException($"more than {MaxSteps} steps");
        }

        private void Write(string text)
        {
            if (Output.Length + text.Length > MaxOutput)
                throw new TemplateException($"output of over {MaxOutput} characters");
            Output.Append(text);
        }

        private void Print(Pipe pipe, object? dot)
        {
            var value = Evaluate(pipe, dot);
            if (pipe.Variable is null)
                Write(TemplateValue.Text(value));
        }

        private LoopNode? Branch(BranchNode branch, object? dot)
        {
            var value = Evaluate(branch.Condition, dot);
            return TemplateValue.IsTrue(value) ? Render(branch.Then, branch.MovesDot ? value : dot) : Render(branch.Else, dot);
        }

        private void Range(RangeNode range, object? dot)
        {
            var items = TemplateValue.Items(Evaluate(range.Items, dot));
            if (items.Count == 0)
                Render(range.Else, dot);
            Spend(items.Count);
            foreach (var (key, item) in items)
            {
                if (range.KeyVariable is not null)
                    _variables[range.KeyVariable] = key;
                if (range.ItemVariable is not null)
                    _variables[range.ItemVariable] = item;
                if (Render(range.Body, item) is { IsBreak: true })
                    break;
            }
        }

        private object? Evaluate(Pipe pipe, object? dot)
        {
            object? value = null;
            for (var i = 0; i < pipe.Commands.Count; i++)
                value = Evaluate(pipe.Commands[i], dot, i > 0, value);
            if (pipe.Variable is not null)
                _variables[pipe.Variable] = value;
            return value;
        }

        private object? Evaluate(IReadOnlyList<Operand> command, object? dot, bool isPiped, object? piped)
        {
            if (command[0] is not FunctionOperand function)
                return isPiped ? throw new TemplateException("can't give argument to non-function") : Value(command[0], dot);
            var arguments = new List<object?>();
            for (var i = 1; i < command.Count; i++)
                arguments.Add(Value(command[i], dot));
            if (isPiped)
                arguments.Add(piped);
            return TemplateFunctions.Call(function.Name, arguments, line);
        }

        private object? Value(Operand operand, object? dot) => operand switch
        {
            LiteralOperand literal => literal.Value,
            FieldOperand field => Field(dot, field.Names),
            VariableOperand variable => Field(_variables.GetValueOrDefault(variable.Name), variable.Names),
            FunctionOperand function => TemplateFunctions.Call(function.Name, [], line),
            PipeOperand pipe => Field(Evaluate(pipe.Pipe, dot), pipe.Names),
            _ => throw new InvalidOperationException("BUG: an operand that the template parser does not make."),
        };

        private static object? Field(object? value, IReadOnlyList<string> names)
        {
            foreach (var name in names)
            {
                value = value switch
                {
                    LineState state => state.Get(name),
                    IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(name),
                    _ => throw new TemplateException($"can't evaluate field {name}"),
                };
            }
            return value;
        }
    }
}

/// <summary>A template that cannot be rendered for one line; the line gets an error label.</summary>
internal sealed class TemplateException(string message) : Exception(message);
